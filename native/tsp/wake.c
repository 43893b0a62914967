#include "wake.h"

static HANDLE events[WAKE_REASONS];
static volatile DWORD worker; /* its thread; 0: there is none */
static bool again;            /* the worker's alone */

/* Waking is by an event that resets itself. Those of sockets are reset by hand, before the sockets are looked at, since
 * one that happens in between must not get lost; and the one that stops the worker stays set. */
bool wake_open(void)
{
    for (DWORD i = 0; i < WAKE_REASONS; i++) {
        events[i] = CreateEventW(NULL, i == WAKE_STOP || i >= WAKE_SOCKETS, FALSE, NULL);
        if (!events[i])
            return false;
    }
    return true;
}

void wake_close(void)
{
    worker = 0;
    for (DWORD i = 0; i < WAKE_REASONS; i++) {
        if (events[i])
            CloseHandle(events[i]);
        events[i] = NULL;
    }
}

void wake_begin(void)
{
    worker = GetCurrentThreadId();
    again = false;
}

void wake_worker(void)
{
    if (GetCurrentThreadId() == worker)
        again = true;
    else if (events[WAKE_WORK])
        SetEvent(events[WAKE_WORK]);
}

bool wake_again(void)
{
    bool said = again;
    again = false;
    return said;
}

void wake_to_stop(void)
{
    SetEvent(events[WAKE_STOP]);
}

HANDLE wake_duplicate(void)
{
    HANDLE copy = NULL;
    HANDLE process = GetCurrentProcess();
    DuplicateHandle(process, events[WAKE_WORK], process, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return copy;
}

HANDLE wake_settings_event(void)
{
    return events[WAKE_SETTINGS];
}

HANDLE wake_socket_event(DWORD position)
{
    return events[WAKE_SOCKETS + position % WAKE_SOCKET_GROUPS];
}

DWORD wake_wait(DWORD milliseconds)
{
    DWORD reason = WaitForMultipleObjects(WAKE_REASONS, events, FALSE, milliseconds);
    if (reason == WAIT_FAILED)
        return WAKE_STOP;
    return reason == WAIT_TIMEOUT ? WAKE_REASONS : reason - WAIT_OBJECT_0;
}

DWORD wake_next(DWORD reason)
{
    DWORD from = reason + 1, left = WAKE_REASONS - from;
    DWORD next = left ? WaitForMultipleObjects(left, events + from, FALSE, 0) : WAIT_TIMEOUT;
    return next < left ? from + next : WAKE_REASONS;
}

void wake_reset_sockets(DWORD group)
{
    ResetEvent(events[WAKE_SOCKETS + group]);
}
