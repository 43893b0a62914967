/* What comes over a connection that is up, one event at a time. Under the lock.
 *
 * Nothing is called back: what the caller is to know it asks for, and it decides whose business it is. */
#ifndef OFFHOOK_RECEIVE_H
#define OFFHOOK_RECEIVE_H

#include "model.h"

/* There is, or may be, something to read. Only so much is read until the next time: a peer that sends without end must
 * not keep the lock. Windows tells again of what is left. */
void receive_begin(struct connection *connection);

/* The LINEERR_ of a refusal, by its wire name. */
LONG receive_error(struct session_text reason);

/* Takes the next message. False when there is none. The event is CONNECTION_EVENT_NONE for a message that is nobody
 * else's business; texts in it are valid until the next call. */
bool receive_next(struct line *line, ULONGLONG now, struct connection_event *event);

#endif
