/* TAPI's structures of a call. Under the lock. They return 0 or LINEERR_STRUCTURETOOSMALL. */
#ifndef OFFHOOK_FILL_CALL_H
#define OFFHOOK_FILL_CALL_H

#include "model.h"

LONG fill_call_info(const struct call *call, LINECALLINFO *info);
LONG fill_call_status(const struct call *call, LINECALLSTATUS *status);

#endif
