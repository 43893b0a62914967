/* What TAPI has asked for over a session of version 3, until it is completed. Under the lock.
 *
 * A request succeeds when it is done at the switch (TSPI, The Meaning of Success), and what it has changed is told before
 * its completion. */
#ifndef OFFHOOK_REQUEST_H
#define OFFHOOK_REQUEST_H

#include "model.h"

/* Ask. Returns what the function of TSPI has to: `tapi`, or LINEERR_RESOURCEUNAVAIL. The calls may be NULL; with
 * `asked` NULL nothing is sent yet. */
LONG request_begin(struct line *line, enum request_kind kind, DRV_REQUESTID tapi, struct call *call, struct call *other,
                   struct session3_request *asked);

/* Ask for the next step of the same. False, and it has failed, when that is not possible. */
bool request_go_on(struct line *line, struct request *request, struct session3_request *asked);

/* NULL when there is none. */
struct request *request_find(struct line *line, DWORD number);

/* Is there one of this kind for the call? */
struct request *request_of_call(const struct call *call, enum request_kind kind);

/* The one whose result makes this conference a call of TAPI's. */
struct request *request_for_conference(const struct call *conference);

/* It is over: complete it. */
void request_complete(struct line *line, struct request *request, LONG result);

/* It has succeeded: complete it as soon as what it was for has been told, or no longer can be. */
void request_succeed(struct request *request, ULONGLONG now);

/* Complete those whose time has come. Returns when to be called again, in ticks. */
ULONGLONG requests_settle(struct line *line, ULONGLONG now);

/* Has it come about, whoever did it? */
bool request_is_reached(const struct request *request);

/* Nobody will answer any more: those about a call (NULL: all of the line) fail. */
void requests_fail(struct line *line, const struct call *call);

#endif
