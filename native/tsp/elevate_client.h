/* The half of elevate.h that runs in the program, with the user's rights. */
#ifndef OFFHOOK_ELEVATE_CLIENT_H
#define OFFHOOK_ELEVATE_CLIENT_H

#include "elevate.h"

/* Windows agreed, but nothing was heard of it. */
#define ELEVATE_NO_ANSWER ERROR_SERVICE_REQUEST_TIMEOUT

/* Returns an ERROR_ code, see dialog_save.h. Writes a new line's index back. Messages are handled while Windows
 * asks; the owner is disabled. */
LONG elevate(HWND owner, struct change *change);

#endif
