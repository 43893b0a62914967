/* What TAPI is to be told, in order. Put into a queue under the model's lock, delivered without it, one at a time:
 * TAPI allows no callback while another one runs (TSPI, ASYNC_COMPLETION). */
#ifndef OFFHOOK_EVENTS_H
#define OFFHOOK_EVENTS_H

#include "model.h"

bool events_start(void);
void events_stop(void);

/* Under the lock. `call` is NULL for what concerns the line alone. */
void event_line(struct line *line, struct call *call, DWORD message, DWORD_PTR one, DWORD_PTR two, DWORD_PTR three);
/* LINE_NEWCALL. What TAPI answers stands in the call then: `answered`, `offered`. */
void event_new_call(struct line *line, struct call *call);
/* A request of number 0 is the telephony service's own, and nobody waits for it: it is never completed. */
void event_complete(struct line *line, struct call *call, DRV_REQUESTID request, LONG result);
void event_device(DWORD message, DWORD_PTR one, DWORD_PTR two); /* LINE_CREATE, LINE_REMOVE */

/* Call TAPI for all that is in the queue. Without the lock, on the worker thread. */
void events_deliver(void);

/* The call is freed without having been closed: what is still to be said is said of the line. Under the lock. */
void events_forget(const struct call *call);

/* End of a call, or of a line and its calls: under the lock, takes what concerns it out of the queue. Then, without
 * the lock, events_last waits for a callback that is under way and delivers the completions among what was taken:
 * when it returns nothing more will be said of them. */
struct event;
struct event *events_take(struct line *line, struct call *call);
void events_last(struct event *taken);

#endif
