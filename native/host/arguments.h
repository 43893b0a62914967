/* The arguments of a host program. */
#ifndef OFFHOOK_HOST_ARGUMENTS_H
#define OFFHOOK_HOST_ARGUMENTS_H

#include "tap.h"

/* As many as there must be, the program's own name first; otherwise the run ends with the usage. */
WCHAR **arguments_read(int count, const char *usage);

/* Of decimal, and of hexadecimal digits without letters. */
DWORD arguments_number(const WCHAR *digits);
DWORD arguments_hexadecimal(const WCHAR *digits);

#endif
