/* The provider's one thread: moves the connections, notices changed settings, delivers the events. */
#ifndef OFFHOOK_WORKER_H
#define OFFHOOK_WORKER_H

#include "model.h"

/* Without the lock. worker_start needs events_start. worker_stop ends every connection, after what is still to be
 * sent has been sent or a second has passed; false when the thread has not gone within its time. */
bool worker_start(void);
bool worker_stop(void);

void worker_wake(void);

/* The event behind worker_wake, for a thread that may outlive the worker; NULL when there is none. */
HANDLE worker_wake_duplicate(void);

/* The event that is set when something happens on one of this line's sockets. */
HANDLE worker_socket_event(const struct line *line);

/* Send what a closed connection has not sent yet, then close the socket, without anybody waiting for it. Under the
 * lock. */
void worker_linger(SOCKET socket);

#endif
