/* A line that programs have open, from its opening to its closing: its connection and its calls together. Under the
 * lock. */
#ifndef OFFHOOK_LINE_H
#define OFFHOOK_LINE_H

#include "model.h"

struct event;

/* Returns 0 or a LINEERR_. Connecting goes on behind it: a line without a Smart Messenger is open, and out of
 * service. */
LONG line_open(struct line *line, HTAPILINE ht, DWORD version, LINEEVENT proc);

/* End all of it, and let go of its call; what is returned is for events_last. */
struct event *line_close(struct line *line);

/* Its settings say that it is another Smart Messenger, or another terminal: connect anew. */
void line_reconnect(struct line *line);

/* Something has changed: tell what follows from it. Whoever changes a line or one of its calls calls this in the end. */
void line_settle(struct line *line);

/* It is no more in the settings: its calls are let go of, the connection ends, and the line stays open until TAPI closes it. */
void line_disconnect(struct line *line);

/* Do what is due. Returns when to be called again, in ticks. */
ULONGLONG line_step(struct line *line, ULONGLONG now);

/* Something has happened on one of the sockets that share the line's event. */
void line_on_socket(struct line *line, ULONGLONG now);

#endif
