#include "linger.h"

#include "ticks.h"
#include "wake.h"

#define LINGER_MAX 1024 /* a connection for each line that there can be */

static struct {
    SOCKET socket;
    ULONGLONG deadline;
} lingering[LINGER_MAX];
static unsigned count;

void linger(SOCKET socket)
{
    if (socket == INVALID_SOCKET)
        return;
    WSAEventSelect(socket, NULL, 0); /* its event is that of other lines, too */
    shutdown(socket, SD_SEND);
    if (count == LINGER_MAX) {
        closesocket(socket);
        return;
    }
    lingering[count].socket = socket;
    lingering[count++].deadline = GetTickCount64() + LINGER_MS;
    wake_worker();
}

/* Reads to the end: a socket that is closed while something is unread is reset, and what was sent last may be lost
 * with it. */
ULONGLONG linger_step(ULONGLONG now)
{
    char unread[512];
    for (unsigned i = count; i-- > 0;) {
        int got;
        do
            got = recv(lingering[i].socket, unread, sizeof unread, 0);
        while (got > 0);
        if (got < 0 && WSAGetLastError() == WSAEWOULDBLOCK && now < lingering[i].deadline)
            continue;
        closesocket(lingering[i].socket);
        lingering[i] = lingering[--count];
    }
    return count > 0 ? now + LINGER_POLL_MS : NEVER;
}
