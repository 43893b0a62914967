/* Between link.c, which makes and loses connections, and link_talk.c, which talks over them. All under the lock. */
#ifndef OFFHOOK_LINK_TALK_H
#define OFFHOOK_LINK_TALK_H

#include "model.h"

void talk_login(struct line *line);

/* Send what waits; receive what has come, and hand it to whom it is for. */
void talk_flush(struct line *line);
void talk_receive(struct line *line, ULONGLONG now);

/* Forget dropped calls whose time is over. Returns when to be called again, in ticks. */
ULONGLONG talk_step(struct line *line, ULONGLONG now);

/* The connection is lost: dropped calls that are known by id are dropped again over the next one. */
void talk_lost(struct line *line);

/* True while a dial that was given up is not answered, and cannot be dropped before it is. */
bool talk_owes_drop(const struct line *line);

/* In link.c: the response to the login; and the end of the connection, for a reason that goes into the trace. */
void link_on_login(struct line *line, const struct session_message *message, ULONGLONG now);
void link_lose(struct line *line, ULONGLONG now, const WCHAR *why);

#endif
