/* The structures that a provider fills, checked byte by byte. */
#ifndef OFFHOOK_STRUCTURES_H
#define OFFHOOK_STRUCTURES_H

#include "provider.h"

enum structure { DEVICE_CAPS, ADDRESS_CAPS, DEVICE_STATUS, ADDRESS_STATUS, CALL_INFO, CALL_INFO_EXTERNAL, CALL_STATUS };

/* Fills a structure whose dwTotalSize is set, by one of the provider's functions. */
typedef LONG filler(void *structure);

/* Call it with buffers of every interesting size: nothing is written behind them or over what is TAPI's, every member
 * of this version is set, what varies is whole, terminated, inside and told of in dwNeededSize. Returns the structure
 * as it is with room enough, until the next call. */
void *check_structure(enum structure which, DWORD version, filler *fill, const char *name);

/* A variable string of a structure as check_structure returned it; empty when there is none. */
const WCHAR *text_at(const void *structure, DWORD offset, DWORD size);
bool same_text(const WCHAR *one, const WCHAR *other);

#endif
