/* Actions to the Smart Messenger: sent over a connection that is up, and matched with their responses. Under the lock.
 *
 * Nothing fails here at once: a connection that does not take an action is `broken`, and is lost in its next step. */
#ifndef OFFHOOK_ACTION_H
#define OFFHOOK_ACTION_H

#include "model.h"

void action_login(struct line *line);
void action_dial(struct line *line, const struct call *call);

/* Hang up `which` of the terminal's calls: an id, an address or, empty, the newest one (docs/tsp.md). `number` is that
 * of the call that is meant. */
void action_drop(struct line *line, DWORD number, const char *which);

/* Send what could not be sent yet. */
void action_flush(struct line *line);

/* A response has come: the action that it is to. False when it is to none. */
bool action_answered(struct connection *connection, ULONGLONG now, struct action *action);

#endif
