/* Calls of a line's terminal that are not TAPI's: dialled by hand on the phone, or let go of. They are known so that
 * nothing that is told of them is taken for a call of TAPI's, and so that no drop hits them. All under the lock. */
#ifndef OFFHOOK_OTHERS_H
#define OFFHOOK_OTHERS_H

#include "model.h"

/* NULL when the call is none of them. */
struct foreign *others_find(struct link *link, struct session_text id);

/* The call with this id, added if it is not there yet. */
struct foreign *others_add(struct link *link, struct session_text id);

/* Take in what is told of it. */
void others_note(struct foreign *foreign, const struct session_message *message);

/* Could a drop by this address hang up one of them? Addresses are written in many ways, and the one that is told need
 * not be the one that was dialled: only endings that differ are surely of two addresses. */
bool others_may_mean(const struct link *link, const char *address);

/* The last characters of an address that can be dialled, last one first, into LINK_ENDING + 1 bytes. */
void others_ending(char *out, struct session_text address);

struct session_text others_text(const char *bytes);
bool same_text(struct session_text one, struct session_text other);

/* Ids of calls. No id is the same as an empty one. */
bool same_id(const char *id, struct session_text text);
void copy_id(char *out, struct session_text id);

#endif
