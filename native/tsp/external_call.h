/* Calls of a line's terminal that are not TAPI's: dialled by hand on the phone, or let go of. They are known so that
 * nothing that is told of them is taken for a call of TAPI's, and so that no drop hits them. All under the lock. */
#ifndef OFFHOOK_EXTERNAL_CALL_H
#define OFFHOOK_EXTERNAL_CALL_H

#include "model.h"

/* NULL when the call is none of them. */
struct external_call *external_call_find(struct connection *connection, struct session_text id);

/* The call with this id, added if it is not there yet. */
struct external_call *external_call_add(struct connection *connection, struct session_text id);

/* The call goes on without TAPI: what is told of it from now on is for nobody. */
void external_call_add_released(struct connection *connection, const struct call *call);

/* Take in what is told of it. */
void external_call_note(struct external_call *external, const struct session_message *message);

/* Could a drop by this address hang up one of them? Addresses are written in many ways, and the one that is told need
 * not be the one that was dialled: only endings that differ are surely of two addresses. */
bool external_call_may_have(const struct connection *connection, const char *address);

#endif
