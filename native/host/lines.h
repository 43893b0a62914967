/* The provider's lines in the registry, as an administrator would set them. */
#ifndef OFFHOOK_HOST_LINES_H
#define OFFHOOK_HOST_LINES_H

#include "tap.h"

/* Lines 1 and 3, of terminals 4000 and 4003, at this port of 127.0.0.1, with the token "s3cret" each; no others. */
void lines_write(DWORD port);

#endif
