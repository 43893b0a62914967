/* Versions of TAPI's interface. Those of a structure decide its size and what is in it. */
#ifndef OFFHOOK_TAPI_VERSION_H
#define OFFHOOK_TAPI_VERSION_H

#include "windows_7.h"

#include <stdbool.h>

#define VERSION_1_4 0x00010004
#define VERSION_2_0 0x00020000
#define VERSION_2_2 0x00020002
#define VERSION_3_0 0x00030000
#define VERSION_3_1 0x00030001

/* Structures are wanted in the version of the application, which may be older than the one that was agreed on. */
static inline bool is_known_version(DWORD version)
{
    return version >= VERSION_1_4 && version <= VERSION_3_1;
}

/* Those that we agree on with TAPI. */
static inline bool is_our_version(DWORD version)
{
    return version >= VERSION_2_0 && version <= VERSION_2_2;
}

#endif
