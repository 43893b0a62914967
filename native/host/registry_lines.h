/* The provider's lines in the registry, as an administrator would set them. */
#ifndef OFFHOOK_HOST_REGISTRY_LINES_H
#define OFFHOOK_HOST_REGISTRY_LINES_H

#include "tap.h"

/* Lines 1 and 3, of terminals 4000 and 4003, at this port of 127.0.0.1, with the token "s3cret" each; no others. */
void registry_lines_write(DWORD port);

/* How many lines there are; the name of line 1 is empty when there is none. Both as the telephony service sees them. */
DWORD registry_lines_count(void);
const WCHAR *registry_lines_first_name(void);

#endif
