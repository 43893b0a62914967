/* TAPI's structures: fixed parts of a size that depends on the version, then strings at offsets.
 *
 * dwTotalSize is the caller's and never written. What does not fit is left out whole and counted in dwNeededSize
 * ("Variably Sized Data Structures" of the TAPI reference). Members that belong to TAPI are not touched. All under
 * the lock. They return 0 or LINEERR_STRUCTURETOOSMALL, when not even the fixed part fits. */
#ifndef OFFHOOK_FILL_H
#define OFFHOOK_FILL_H

#include "model.h"

LONG fill_device_caps(const struct line *line, DWORD version, LINEDEVCAPS *caps);
LONG fill_address_caps(const struct line *line, DWORD version, LINEADDRESSCAPS *caps);
LONG fill_device_status(const struct line *line, LINEDEVSTATUS *status);
LONG fill_address_status(const struct line *line, LINEADDRESSSTATUS *status);
LONG fill_call_info(const struct call *call, LINECALLINFO *info);
LONG fill_call_status(const struct call *call, LINECALLSTATUS *status);

/* The id of a line for an application: the provider's id and the line's stable index. */
DWORD permanent_line_id(const struct line *line);

#endif
