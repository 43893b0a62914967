/* What TAPI asks for a call that is there: answer, redirect, hold, swap, transfer without asking, park. Under the lock.
 *
 * All of these return what the function of TSPI has to: the request's number, or a LINEERR_ when nothing was asked. */
#ifndef OFFHOOK_CONTROL_H
#define OFFHOOK_CONTROL_H

#include "model.h"

LONG control_answer(struct call *call, DRV_REQUESTID request);
LONG control_accept(struct call *call, DRV_REQUESTID request);
LONG control_redirect(struct call *call, DRV_REQUESTID request, const WCHAR *to);
LONG control_hold(struct call *call, DRV_REQUESTID request);
LONG control_unhold(struct call *call, DRV_REQUESTID request);
LONG control_swap(struct call *active, struct call *held, DRV_REQUESTID request);
LONG control_blind_transfer(struct call *call, DRV_REQUESTID request, const WCHAR *to);
LONG control_park(struct call *call, DRV_REQUESTID request, DWORD mode, const WCHAR *slot, VARSTRING *found);

/* lineDrop. */
void control_drop(struct call *call, DRV_REQUESTID request, ULONGLONG now);

/* lineCloseCall: what is open for the call is over, and so is the call as far as TAPI is concerned. */
void control_close(struct call *call);

/* The first call is on hold for the second one, which TAPI has from here on, as a place for the number that is dialled next.
 * `conference`, if not NULL, is born with it, of the first call. */
void control_place(struct call *first, struct call *second, struct call *conference, enum call_pending pending);

/* The result of a request of the line: `error` is 0 or a LINEERR_. */
void control_on_result(struct line *line, struct request *request, LONG error, const struct session3_result *result,
                       ULONGLONG now);

/* An address for a request, of ADDRESS_BYTES; 0 or a LINEERR_. */
LONG control_read_address(const WCHAR *text, char *address);

#endif
