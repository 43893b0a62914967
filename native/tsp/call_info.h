/* Who is who in a call, and what else LINECALLINFO has of it: taken from what the connection tells, and TAPI is told
 * what of it has changed. Under the lock. */
#ifndef OFFHOOK_CALL_INFO_H
#define OFFHOOK_CALL_INFO_H

#include "model.h"

/* Take in what a notification of versions 1 and 2 tells. */
void call_info_notified(struct call *call, const struct session_message *message);

/* Take in what version 3 tells: all of a call but its state. */
void call_info_told(struct call *call, const struct session3_call *now);

/* Tell that these LINECALLINFOSTATE_ have changed; to a TAPI that does not know the call yet, as soon as it does. */
void call_info_tell(struct call *call, DWORD changed);

/* TAPI's number of the other call of a consultation; 0: there is none. */
DWORD call_info_related(const struct call *call);

/* Tell of what follows from other calls. */
void call_infos_settle(struct line *line);

#endif
