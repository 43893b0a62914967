/* The states of a call as TAPI has them: made of what the session tells, and told in an order that TAPI can follow.
 * Under the lock. */
#ifndef OFFHOOK_CALL_STATE_H
#define OFFHOOK_CALL_STATE_H

#include "model.h"

/* The call is in this state. The object first, then the event: who asks from within the callback sees the new state. */
void call_state_tell(struct call *call, DWORD state, DWORD mode);

/* Its present state once more: its features are other ones, and programs read them anew only with a state. */
void call_state_repeat(struct call *call);

/* Where the call is, by the session. */
DWORD call_state_of(const struct call *call, DWORD *mode);

/* LINECONNECTEDMODE_ of a call that is connected. */
DWORD call_state_connected_mode(const struct call *call);

/* May the call be told as connected now? While another one is, it waits until its `connected_by`. */
bool call_state_may_connect(struct call *call, ULONGLONG now);

/* Tell the states that have changed: first of those calls that leave a talk, then of those that enter it. Returns when
 * to be called again, in ticks. */
ULONGLONG call_states_settle(struct line *line, ULONGLONG now);

/* The call and the one that waited for it are ordinary calls again. */
void call_state_part(struct call *call);

/* The end as TAPI has it: idle, with or without the reason why, or a request that has failed. The call has no partner
 * any more. */
void call_state_end_idle(struct call *call);
void call_state_end_disconnected(struct call *call, DWORD mode);
void call_state_fail(struct call *call, LONG error);

/* LINEDISCONNECTMODE_ of the reason why a call has ended. */
DWORD call_state_disconnect_mode(const struct call *call, enum session_cause cause);

#endif
