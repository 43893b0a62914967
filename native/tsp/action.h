/* Actions to the Smart Messenger: sent over a connection that is up, and matched with their responses. Under the lock.
 *
 * Nothing fails here at once: a connection that does not take an action is `broken`, and is lost in its next step. */
#ifndef OFFHOOK_ACTION_H
#define OFFHOOK_ACTION_H

#include "model.h"

void action_login(struct line *line);

/* Begin the call, as its `beginning` says; `first` is the id of the call that a consultation is for. */
void action_dial(struct line *line, const struct call *call, const char *first);

/* Hang up `which` of the terminal's calls: an id or, in versions 1 and 2, an address or, empty, the newest one
 * (docs/tsp-session.md). `number` is the serial of the call that is meant. `ringing`: it comes in, and is rejected. */
void action_drop(struct line *line, DWORD number, const char *which, bool ringing);

/* Version 3: ask for something; its number is set here. `number` is that of the line's request. False when nothing
 * more can be asked for now. */
bool action_request(struct line *line, DWORD number, struct session3_request *request);

/* Nobody waits for the result of this request any more. Whether somebody is there is asked then. */
void action_forget(struct line *line, DWORD number);

/* Send what could not be sent yet. */
void action_flush(struct line *line);

/* A response has come: the action that it is to, in version 3 the one with this id. False when it is to none. */
bool action_answered(struct connection *connection, ULONGLONG now, DWORD id, struct action *action);

/* Does one wait for its response that has to come soon? What people and switches take their time for does not. */
bool action_is_awaited(const struct connection *connection);

#endif
