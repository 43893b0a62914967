/* A change to the settings, made by a second process that Windows gave the right to.
 *
 * `rundll32 offhook.tsp,OffhookApply PIPE` is started elevated. What is to be changed, the token with it, goes through
 * the pipe, never through the command line: its name is random, this process makes it, nobody but this user and
 * elevated administrators may open it, not from another machine, and only the process that was started gets to read
 * it. */
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

/* Returns an ERROR_ code, see dialog_save.h. Writes a new line's index back. */
LONG elevate(HWND owner, struct change *change);

/* What rundll32 calls; it adds the W itself. */
void CALLBACK OffhookApplyW(HWND window, HINSTANCE instance, WCHAR *pipe, int show);

#endif
