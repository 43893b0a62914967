/* TAPI's structures of a line. Under the lock. They return 0 or LINEERR_STRUCTURETOOSMALL. */
#ifndef OFFHOOK_FILL_LINE_H
#define OFFHOOK_FILL_LINE_H

#include "model.h"

LONG fill_device_caps(const struct line *line, DWORD version, LINEDEVCAPS *caps);
LONG fill_device_status(const struct line *line, LINEDEVSTATUS *status);

/* The id of a line for an application: the provider's id and the line's stable index. */
DWORD permanent_line_id(const struct line *line);

#endif
