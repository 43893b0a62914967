/* The calls of a line: their objects. Under the lock. */
#ifndef OFFHOOK_CALL_LIST_H
#define OFFHOOK_CALL_LIST_H

#include "model.h"

/* A call that TAPI has asked for, with a handle for it. NULL when there is no memory. */
struct call *call_new(struct line *line, HTAPICALL ht);

/* A call that the switch tells of, by its id. NULL when there is no memory, or when there are too many. */
struct call *call_track(struct line *line, struct session_text id);

/* The switch's life of a call goes on without TAPI's: as a call of its own, which TAPI does not know. */
struct call *call_split(struct call *call);

/* The call has this id of the session from now on, and TAPI's number of it. */
void call_set_id(struct call *call, struct session_text id);

/* Have a number for TAPI to know it by; false when there is no memory. */
bool call_get_handle(struct call *call);

/* Forget a call: its handle is not valid any more. */
void call_free(struct call *call);

/* The call with this id. NULL when there is none. */
struct call *call_of_id(const struct line *line, struct session_text id);

/* The call as the switch has it, to be asked for what is in CAN_: of a conference one of its parties that allows it. NULL
 * when there is none. */
const struct call *call_at_switch(const struct call *call, DWORD can);

/* A call that TAPI has and that is not over; of a line of versions 1 and 2 there is one at most. */
struct call *call_live(const struct line *line);

/* A call that TAPI is being told of. */
struct call *call_announced(const struct line *line);

/* A call that TAPI dials, and that was not taken on yet. */
struct call *call_dialling(const struct line *line);

#endif
