/* The connection of one line to its Smart Messenger: connects, logs in, keeps trying; sends the actions, receives the
 * responses and notifications and hands them to the calls. All under the lock. */
#ifndef OFFHOOK_LINK_H
#define OFFHOOK_LINK_H

#include "model.h"

/* From now on the line wants it, or no longer does. */
void link_open(struct line *line);
void link_close(struct line *line);

/* Settings have changed: connect anew. */
void link_renew(struct line *line);

/* True if a dial can be sent, or will be soon: then call link_dial once link_clear says so. */
bool link_promising(const struct line *line);
bool link_clear(const struct line *line);

/* A dial is wanted: do not wait any longer before the next attempt to connect. False if there will be none, because
 * nobody wants the connection, or the login was refused a moment ago. */
bool link_hurry(struct line *line);

void link_dial(struct line *line, const struct call *call);

/* Hang up; or with `withdrawn` take a dial back for which the phone is not lifted yet. */
void link_drop(struct line *line, const struct call *call, bool withdrawn);

/* The call goes on without TAPI: what is told of it from now on is for nobody. */
void link_let_go(struct line *line, const struct call *call);

/* Do what is due, and what the socket has. Returns when to be called again, in ticks. */
ULONGLONG link_step(struct line *line, ULONGLONG now);
void link_on_socket(struct line *line, ULONGLONG now);


#endif
