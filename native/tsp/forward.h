/* Forwarding and do-not-disturb: TAPI's lists of forwardings, read and written. Under the lock. */
#ifndef OFFHOOK_FORWARD_H
#define OFFHOOK_FORWARD_H

#include "area.h"
#include "model.h"

/* On busy, and on no answer; all others are one. */
#define FORWARD_ENTRIES 2

#define FORWARD_MIN_RINGS 1
#define FORWARD_MAX_RINGS 12
#define FORWARD_RING_S 5 /* what counts as a ring */

/* LINEFORWARDMODE_ that the line may be forwarded in. */
DWORD forward_modes(const struct line *line);

/* lineForward: the list is in force instead of what was before. Returns what the function of TSPI has to. */
LONG forward_set(struct line *line, DRV_REQUESTID request, const LINEFORWARDLIST *list, DWORD rings);

/* The result of its first step: go on with the next one. False when there is none. */
bool forward_go_on(struct line *line, struct request *request);

/* What is in force, into the status of the address. */
void forward_fill(const struct line *line, struct area *area, LINEADDRESSSTATUS *status);

/* The Smart Messenger tells what is in force. True if that has changed. */
bool forward_told(struct line *line, const struct session3_line *now);

#endif
