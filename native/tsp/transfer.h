/* Consultations: a second call while the first one is on hold for it, and what becomes of the two. Under the lock. They
 * return what the function of TSPI has to. */
#ifndef OFFHOOK_TRANSFER_H
#define OFFHOOK_TRANSFER_H

#include "model.h"

/* lineSetupTransfer: hold the call, and make a place for the number that lineDial brings; or dial at once, if the
 * application says so and gives the address. */
LONG transfer_setup(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                    const LINECALLPARAMS *params, enum call_pending pending);

/* A consultation of TAPI's alone: its number is to come. NULL when there is no memory. */
struct call *transfer_new(struct line *line, HTAPICALL ht, const LINECALLPARAMS *params);

/* lineDial. */
LONG transfer_dial(struct call *consultation, DRV_REQUESTID request, const WCHAR *to, DWORD country);

/* lineCompleteTransfer as a transfer: the others of both calls talk with each other. */
LONG transfer_complete(struct call *call, struct call *consultation, DRV_REQUESTID request);

/* linePickup, lineUnpark: take a call that rings elsewhere, or is parked. */
LONG transfer_take(struct line *line, enum session3_command command, DRV_REQUESTID request, HTAPICALL ht,
                   LPHDRVCALL handle, const WCHAR *from);

#endif
