/* One call, from TAPI's wish to its end: its states follow what the connection tells, and TAPI hears of them by the
 * event queue. All under the lock. */
#ifndef OFFHOOK_CALL_H
#define OFFHOOK_CALL_H

#include "model.h"

/* A call of the line, not begun yet. NULL when there is no memory. */
struct call *call_new(struct line *line, HTAPICALL ht);

/* It is the line's live call from now on, and dials as soon as the connection allows. */
void call_begin(struct call *call);

/* Forget a call: its handle is not valid any more. */
void call_free(struct call *call);

/* The line's connection is ready, and no earlier call is left on it: send the dial if it waits. */
void call_on_clear(struct call *call);

/* The response to the dial of the call with this number, if it is this one; `error` is 0 or a LINEERR_. */
void call_on_response(struct call *call, DWORD number, LONG error);

/* A notification of this call. */
void call_on_notification(struct call *call, const struct session_message *message);

/* The connection is about to be given up for another one: withdraw what was dialled over it and has not begun. */
void call_on_leaving(struct call *call);

/* The connection is lost, or is back and tells now of the calls that are live. */
void call_on_lost(struct call *call, ULONGLONG now);
void call_on_ready(struct call *call, ULONGLONG now);

/* End what has waited too long. Returns when to be called again, in ticks. */
ULONGLONG call_step(struct call *call, ULONGLONG now);

/* TAPI drops the call: hang up, and tell that it is idle. The only way in which the provider ends a talk. */
void call_hang_up(struct call *call);

/* End the call as far as TAPI is concerned. The phone outlives the program: who talks on it, or hears it ring at the
 * other end, is not hung up. Only a dial for which the phone was not lifted yet is withdrawn. */
void call_let_go(struct call *call);

#endif
