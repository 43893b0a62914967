/* TAPI's structures: fixed parts of a size that depends on the version, then strings at offsets.
 *
 * dwTotalSize is the caller's and never written. What does not fit is left out whole and counted in dwNeededSize
 * ("Variably Sized Data Structures" of the TAPI reference). Members that belong to TAPI are not touched. */
#ifndef OFFHOOK_AREA_H
#define OFFHOOK_AREA_H

#include "windows_7.h"

#include <tapi.h>

#include <stdbool.h>
#include <stddef.h>

/* A variable string's place in a structure. */
struct part {
    DWORD *size, *offset;
};

struct area {
    BYTE *base;
    DWORD total, used, needed;
};

/* The size of the fixed part in this version, of those as of 1.4, of 2.0, of 2.2, of 3.0. They are those of tapi.h with the
 * packing that it asks for; the header's own sizeof is that of the newest version. */
DWORD area_size(DWORD version, DWORD v1_4, DWORD v2_0, DWORD v2_2, DWORD v3_0);

/* Begin with the fixed part: 0, or LINEERR_STRUCTURETOOSMALL when not even that fits. */
LONG area_begin(struct area *area, void *structure, DWORD fixed);

/* All parts are put: write how much is used and needed. */
LONG area_finish(const struct area *area);

/* False when it does not fit. */
bool area_put_bytes(struct area *area, struct part part, const void *bytes, DWORD size);
void area_put_text(struct area *area, struct part part, const WCHAR *text);

#define PART(structure, name) ((struct part){&(structure)->name##Size, &(structure)->name##Offset})
#define EMPTY(structure, name) ((structure)->name##Size = (structure)->name##Offset = 0)

/* To be set one by one, not as a whole: some belong to TAPI, and those behind `fixed` are not there. */
#define ZERO(structure, first, last)                                                                                  \
    memset(&(structure)->first, 0,                                                                                    \
           offsetof(__typeof__(*(structure)), last) + sizeof((structure)->last) -                                     \
               offsetof(__typeof__(*(structure)), first))

#endif
