/* The connection of one line to its Smart Messenger: connects, logs in, keeps trying, and tells what has happened. All
 * under the lock.
 *
 * It knows of no calls: who has called connection_step or connection_on_socket asks connection_next for the events,
 * until there are no more, and hands them to whom they are for (line.c). */
#ifndef OFFHOOK_CONNECTION_H
#define OFFHOOK_CONNECTION_H

#include "model.h"

/* From now on the line wants it, or no longer does. No events come of these. */
void connection_open(struct line *line);
void connection_close(struct line *line);

/* True if a dial can be sent, or will be soon; and if one can be sent now. */
bool connection_is_expected(const struct line *line);
bool connection_is_clear(const struct line *line);

/* A dial is wanted: do not wait any longer before the next attempt to connect. False if there will be none, because
 * nobody wants the connection, or the login was refused a moment ago. */
bool connection_hurry(struct line *line);

/* Do what is due. */
void connection_step(struct line *line, ULONGLONG now);

/* Something has happened on the line's socket, or on one that shares its event. */
void connection_on_socket(struct line *line, ULONGLONG now);

/* The next event. False when there are no more. */
bool connection_next(struct line *line, ULONGLONG now, struct connection_event *event);

/* When connection_step is to be called again. */
ULONGLONG connection_due(const struct line *line);

#endif
