#include "area.h"

#include "memory.h"
#include "model.h"
#include "tapi_version.h"
#include "text.h"

DWORD area_size(DWORD version, DWORD v1_4, DWORD v2_0, DWORD v2_2, DWORD v3_0)
{
    return version >= VERSION_3_0 ? v3_0 : version >= VERSION_2_2 ? v2_2 : version >= VERSION_2_0 ? v2_0 : v1_4;
}

/* All six structures begin with the three sizes. */
LONG area_begin(struct area *area, void *structure, DWORD fixed)
{
    DWORD *sizes = structure;
    if (!sizes)
        return LINE_ERROR(INVALPOINTER);
    *area = (struct area){(BYTE *)structure, sizes[0], fixed, fixed};
    if (sizes[0] >= 3 * sizeof(DWORD)) {
        sizes[1] = fixed;
        sizes[2] = sizes[0] < fixed ? 3 * sizeof(DWORD) : fixed;
    }
    return sizes[0] < fixed ? LINE_ERROR(STRUCTURETOOSMALL) : 0;
}

LONG area_finish(const struct area *area)
{
    DWORD *sizes = (DWORD *)(void *)area->base;
    sizes[1] = area->needed;
    sizes[2] = area->used;
    return 0;
}

bool area_put_bytes(struct area *area, struct part part, const void *bytes, DWORD size)
{
    *part.size = *part.offset = 0;
    area->needed += size;
    if (size > area->total - area->used)
        return false;
    memcpy(area->base + area->used, bytes, size);
    *part.size = size;
    *part.offset = area->used;
    area->used += size;
    return true;
}

void area_put_text(struct area *area, struct part part, const WCHAR *text)
{
    area_put_bytes(area, part, text, (text_length(text) + 1) * (DWORD)sizeof(WCHAR));
}

