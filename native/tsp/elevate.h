/* A change to the settings, made by a second process that Windows gave the right to: what the two say to each other.
 *
 * `rundll32 offhook.tsp,OffhookApply PIPE` is started elevated by elevate_client.c and runs elevate_server.c. What
 * is to be changed, the token with it, goes through the pipe, never through the command line: its name is random,
 * the client makes it, nobody but this user and elevated administrators may open it, not from another machine, and
 * only the process that was started gets to read it. */
#ifndef OFFHOOK_ELEVATE_H
#define OFFHOOK_ELEVATE_H

#include "settings.h"

/* How the pipe's name begins; hexadecimal digits and hyphens follow. */
#define ELEVATE_PIPE L"\\\\.\\pipe\\offhook-"

enum change_kind { CHANGE_WRITE = 1, CHANGE_REMOVE = 2 };

/* As it goes through the pipe: the same for x86, x64 and arm64. */
struct change {
    DWORD size;
    DWORD kind;
    DWORD with_token;
    struct line_settings line;
};

struct change_done {
    DWORD error;
    DWORD index; /* of the line that was written */
};

#endif
