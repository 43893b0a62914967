/* One call, from its beginning to its end: dialled by TAPI, or told by the session. Its states follow what the
 * connection tells, and TAPI hears of them by the event queue. All under the lock. */
#ifndef OFFHOOK_CALL_H
#define OFFHOOK_CALL_H

#include "model.h"

/* The call of TAPI's is dialled as soon as the connection allows. */
void call_begin(struct call *call);

/* The line's connection is ready, and no earlier call is left on it: send the dial if it waits. */
void call_on_clear(struct call *call);

/* The response to the dial of the call with this serial, if it is this one; `error` is 0 or a LINEERR_. In version 3 `id`
 * is that of the call. */
void call_on_response(struct call *call, DWORD serial, LONG error, struct session_text id);

/* TAPI has the call from now on: the request that asked for it is completed, and its states may be told. */
void call_take_on(struct call *call);

/* A notification of versions 1 and 2 of this call. */
void call_on_notification(struct call *call, const struct session_message *message);

/* Version 3 tells of this call. It may be gone afterwards. */
void call_on_told(struct call *call, const struct session3_call *now);

/* It has ended, for this reason. */
void call_end(struct call *call, enum session_cause cause);

/* The connection is about to be given up for another one: withdraw what was dialled over it and has not begun. */
void call_on_leaving(struct call *call);

/* The connection is lost, or is back and tells now of the calls that are live. A call may be gone afterwards. */
void call_on_lost(struct call *call, ULONGLONG now);
void call_on_ready(struct call *call, ULONGLONG now);

/* All calls were told that there are. One that was not is over, and may be gone afterwards. */
void call_on_all_told(struct call *call);

/* End what has waited too long. Returns when to be called again, in ticks. */
ULONGLONG call_step(struct call *call, ULONGLONG now);

/* TAPI drops the call: hang up, and tell that it is idle. The only way in which the provider ends a talk. */
void call_hang_up(struct call *call);

/* End the call as far as TAPI is concerned. The phone outlives the program: who talks on it, or hears it ring at the
 * other end, is not hung up. Only a dial for which the phone was not lifted yet is withdrawn. */
void call_let_go(struct call *call);

/* Is this drop the telephony service's own, of a call that no program owns? Then nobody wants the phone to hang up. */
bool call_is_orphan(const struct call *call, DRV_REQUESTID request, ULONGLONG now);

#endif
