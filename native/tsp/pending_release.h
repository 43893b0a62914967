/* Calls that are over for TAPI while the Smart Messenger has yet to hang them up, or to say that it has.
 *
 * TAPI wants a dropped call to be idle at once; the next dial waits until its release is over, since a Smart Messenger
 * takes one call of a terminal at a time. All under the lock. */
#ifndef OFFHOOK_PENDING_RELEASE_H
#define OFFHOOK_PENDING_RELEASE_H

#include "model.h"

/* Hang up; or with `withdrawn` take a dial back for which the phone is not lifted yet. */
void pending_release_begin(struct line *line, const struct call *call, bool withdrawn);

/* A response has come: to the dial of the call with this serial, in version 3 with the call's id, or to its drop. False when it is none of these
 * calls. */
bool pending_release_on_dialled(struct line *line, DWORD number, bool success, struct session_text id);
void pending_release_on_dropped(struct line *line, DWORD number, bool success);

/* True when a notification is about one of these calls, and nobody else's business. */
bool pending_release_claims(struct line *line, const struct session_message *message);

/* The same in version 3: the call with this id is told; `over`: as ended. */
bool pending_release_has(struct line *line, struct session_text id, bool over);

/* True while a dial that was given up is not answered, and cannot be dropped before it is. */
bool pending_release_owes_drop(const struct connection *connection);

/* The line is ready: the Smart Messenger tells now of those that it still has. */
void pending_release_on_ready(struct connection *connection, ULONGLONG now);

/* The connection is lost: those that are known by id are dropped again over the next one. */
void pending_release_on_lost(struct connection *connection);

/* End those whose time is over; and when the next one's is. */
void pending_release_expire(struct connection *connection, ULONGLONG now);
ULONGLONG pending_release_due(const struct connection *connection);

#endif
