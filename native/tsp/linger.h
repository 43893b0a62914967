/* Connections that nobody needs any more and that have something left to send. Under the model's lock. */
#ifndef OFFHOOK_LINGER_H
#define OFFHOOK_LINGER_H

#include "windows_7.h"

/* Send what is left, then close the socket, without anybody waiting for it. */
void linger(SOCKET socket);

/* Close those that are done. Returns when to be called again, NEVER when none is left. */
ULONGLONG linger_step(ULONGLONG now);

#endif
