/* The elevated half of elevate.h. It trusts nothing that comes through the pipe: all that it can be made to do is to
 * write a line's settings, and only good ones. */
#ifndef OFFHOOK_ELEVATE_SERVER_H
#define OFFHOOK_ELEVATE_SERVER_H

#include "windows_7.h"

/* What rundll32 calls; it adds the W itself. */
void CALLBACK OffhookApplyW(HWND window, HINSTANCE instance, WCHAR *pipe, int show);

#endif
