/* Host names to addresses, in the background: getaddrinfo may take many seconds. All under the model's lock. */
#ifndef OFFHOOK_RESOLVE_H
#define OFFHOOK_RESOLVE_H

#include "windows_7.h"

#include <stdbool.h>

struct resolution;

/* Lines with the same host share one. NULL when there is no memory. Wakes the worker when it is done. */
struct resolution *resolve_begin(const WCHAR *host, DWORD port);
void resolve_release(struct resolution *resolution); /* NULL is fine */

bool resolve_done(const struct resolution *resolution);

/* The address to try as the index-th, NULL when there are no more. */
const struct sockaddr *resolve_address(const struct resolution *resolution, unsigned index, int *size);

/* Names that were found are asked for anew. */
void resolve_forget(void);

#endif
