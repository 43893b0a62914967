/* What happens to calls, told by the connection. All under the lock; TAPI hears of it by the event queue. */
#ifndef OFFHOOK_CALLS_H
#define OFFHOOK_CALLS_H

#include "model.h"

/* The line's connection is ready and clear: send the dial that waits, if there is one. */
void calls_on_clear(struct line *line);

/* The response to the dial of the line's live call; `error` is 0 or a LINEERR_. */
void calls_on_response(struct line *line, LONG error);

/* A notification of the live call. */
void calls_on_notify(struct call *call, const struct session_message *message);

/* The connection is lost, or is back and has told of the calls that are live. */
void calls_on_lost(struct line *line, ULONGLONG now);
void calls_on_ready(struct line *line, ULONGLONG now);

/* End what has waited too long. Returns when to be called again, in ticks. */
ULONGLONG calls_step(struct line *line, ULONGLONG now);

/* End the live call as far as TAPI is concerned, and hang up. With `told` TAPI is told that it is idle. */
void call_hang_up(struct call *call, bool told);

/* Forget a call: its handle is not valid any more. */
void call_free(struct call *call);

/* Tell of the line's number of calls, if anybody wants to know. */
void calls_counted(struct line *line);

#endif
