/* What the worker waits for: Windows' event objects, and waking it by them. Any thread may wake it. */
#ifndef OFFHOOK_WAKE_H
#define OFFHOOK_WAKE_H

#include "windows_7.h"

#include <stdbool.h>

/* A thread waits for 64 objects at most, and there are up to 1,000 lines: each event serves the sockets of many. */
#define WAKE_SOCKET_GROUPS 16

/* Why the worker is awake. */
enum wake_reason {
    WAKE_STOP,
    WAKE_WORK,
    WAKE_SETTINGS,
    WAKE_SOCKETS, /* the first group; the numbers behind it are the others */
    WAKE_REASONS = WAKE_SOCKETS + WAKE_SOCKET_GROUPS
};

bool wake_open(void);
void wake_close(void);

/* The calling thread is the worker. */
void wake_begin(void);

/* There is something to do. Windows is not asked for it when it is the worker that says so. */
void wake_worker(void);

/* Whether the worker itself has said that there is something to do, since it was asked last. */
bool wake_again(void);

/* It is to end. */
void wake_to_stop(void);

/* The event behind wake_worker, for a thread that may outlive the worker; NULL when there is none. */
HANDLE wake_duplicate(void);

/* To be set by Windows: when the settings have changed, when something happens on the socket of the line at this
 * position. */
HANDLE wake_settings_event(void);
HANDLE wake_socket_event(DWORD position);

/* Wait for any reason; WAKE_REASONS when the time is up. The end of the worker comes first, and is also told when
 * Windows cannot wait. */
DWORD wake_wait(DWORD milliseconds);

/* The next reason after this one that is there already, without waiting; WAKE_REASONS when there is none. Windows
 * tells of the first only: those behind it must not have to wait until it is quiet. */
DWORD wake_next(DWORD reason);

/* The sockets of this group are about to be looked at. */
void wake_reset_sockets(DWORD group);

#endif
