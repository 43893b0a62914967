/* What programs may do, now and ever: LINECALLFEATURE_, LINEADDRFEATURE_ and LINEFEATURE_ bits. Never more than the
 * Smart Messenger's login allows. Under the lock. */
#ifndef OFFHOOK_FEATURES_H
#define OFFHOOK_FEATURES_H

#include "model.h"

/* What the line may ever be able to do, as CAN_: what the last session told, before the first one all that this version
 * of ours can. */
DWORD line_capabilities(const struct line *line);

/* Of that, what one of these bits stands for? */
bool line_can(const struct line *line, DWORD can);

/* Is its Smart Messenger of version 1 or 2, which makes calls and nothing else? */
bool line_is_old(const struct line *line);

/* Does the phone ring with a call that TAPI knows? */
bool line_rings(const struct line *line);

/* Does a conference grow, one party after the other? Else it is of three, and is not left for somebody else. */
bool line_conference_grows(const struct line *line);

/* Of a conference: is there a place for one more? */
bool conference_has_room(const struct call *conference);

/* May this be asked for this call now, as far as the Smart Messenger has told? */
bool call_may(const struct call *call, DWORD can);

/* The line has a call, or is making one, that allows no second one. False too while nobody can be asked. */
bool line_is_free(const struct line *line);

/* True if a call can be made on the line now, or as soon as the connection that is being made is there. */
bool line_can_call(const struct line *line);

/* By the state of the call; and those in LINECALLFEATURE2_. */
DWORD call_features(const struct call *call);
DWORD call_features_2(const struct call *call, DWORD features);

DWORD line_address_features(const struct line *line);
DWORD line_device_features(const struct line *line);

/* All that may ever be among them; for the capabilities. */
DWORD line_call_features_at_best(const struct line *line);
DWORD line_call_features_2_at_best(const struct line *line);
DWORD line_address_features_at_best(const struct line *line, DWORD version);
DWORD line_device_features_at_best(const struct line *line, DWORD version);

struct call_counts line_call_counts(const struct line *line);

#endif
