/* What happens to calls, told by the connection. All under the lock; TAPI hears of it by the event queue. */
#ifndef OFFHOOK_CALLS_H
#define OFFHOOK_CALLS_H

#include "model.h"

/* The line's connection is ready and clear: send the dial that waits, if there is one. */
void calls_on_clear(struct line *line);

/* The response to the dial of the call with this number; `error` is 0 or a LINEERR_. */
void calls_on_response(struct line *line, DWORD number, LONG error);

/* A notification of the live call. */
void calls_on_notify(struct call *call, const struct session_message *message);

/* The connection is about to be given up for another one: withdraw what was dialled over it and has not begun. */
void calls_on_leaving(struct line *line);

/* The connection is lost, or is back and has told of the calls that are live. */
void calls_on_lost(struct line *line, ULONGLONG now);
void calls_on_ready(struct line *line, ULONGLONG now);

/* End what has waited too long. Returns when to be called again, in ticks. */
ULONGLONG calls_step(struct line *line, ULONGLONG now);

/* TAPI drops the call: hang up, and tell that it is idle. The only way in which the provider ends a talk. */
void call_hang_up(struct call *call);

/* End the call as far as TAPI is concerned. The phone outlives the program: who talks on it, or hears it ring at the
 * other end, is not hung up. Only a dial for which the phone was not lifted yet is withdrawn. */
void call_let_go(struct call *call);

/* Forget a call: its handle is not valid any more. */
void call_free(struct call *call);

/* Tell of the line's number of calls, if anybody wants to know. */
void calls_counted(struct line *line);

/* True if a call can be made on the line now, or as soon as the connection that is being made is there. */
bool calls_possible(const struct line *line);

/* Tell whether a call can be made, if that has changed and anybody wants to know: programs read the features of a line
 * once, and then when they are told to. */
void calls_offer(struct line *line);

#endif
