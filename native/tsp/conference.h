/* Conferences: the own phone, a call and its consultation, and where the switch can also further calls, added one by one.
 * The switch joins the calls; the conference itself is a call of TAPI's alone. Under the lock. They return what the
 * function of TSPI has to. */
#ifndef OFFHOOK_CONFERENCE_H
#define OFFHOOK_CONFERENCE_H

#include "model.h"

/* lineSetupConference: hold the call, and make a place for the number that lineDial brings. */
LONG conference_setup(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle, HTAPICALL ht_consultation,
                      LPHDRVCALL consultation, const LINECALLPARAMS *params);

/* linePrepareAddToConference: make a place for the number of one more party. */
LONG conference_prepare(struct call *conference, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                        const LINECALLPARAMS *params);

/* lineAddToConference: of a consultation, or of another call beside a conference that grows. */
LONG conference_add(struct call *conference, struct call *call, DRV_REQUESTID request);

/* lineCompleteTransfer as a conference: one is made of a call and its consultation. */
LONG conference_complete(struct call *call, struct call *consultation, DRV_REQUESTID request, HTAPICALL ht,
                         LPHDRVCALL handle);

/* lineRemoveFromConference: the party is hung up. */
LONG conference_remove(struct call *party, DRV_REQUESTID request);

/* The result of the request that joins them. */
void conference_joined(struct line *line, struct request *request, LONG error);

/* End the conferences that have fewer than two parties left. */
void conferences_settle(struct line *line);

#endif
