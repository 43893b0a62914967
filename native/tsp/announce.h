/* Calls that TAPI did not make, and has to be told of: LINE_NEWCALL, and that a phone rings. Under the lock. */
#ifndef OFFHOOK_ANNOUNCE_H
#define OFFHOOK_ANNOUNCE_H

#include "model.h"

/* Announce the calls that are to be, and go on with those whose announcement TAPI has answered. Returns when to be called
 * again, in ticks. */
ULONGLONG announce_settle(struct line *line, ULONGLONG now);

/* Programs want calls that they did not want before: those that they did not take are announced once more. */
void announce_again(struct line *line);

#endif
