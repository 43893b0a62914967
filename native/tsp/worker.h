/* The provider's one thread: moves the lines' connections, notices changed settings, delivers the events. */
#ifndef OFFHOOK_WORKER_H
#define OFFHOOK_WORKER_H

#include <stdbool.h>

/* Without the lock. worker_start needs events_start. worker_stop ends every connection, after what is still to be
 * sent has been sent or a second has passed; false when the thread has not gone within its time. */
bool worker_start(void);
bool worker_stop(void);

#endif
