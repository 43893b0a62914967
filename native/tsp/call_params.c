#include "call_params.h"

#include "memory.h"

/* Zero is what an application has not set. Of several media modes one has to be a person's voice. */
LONG call_params_check(const LINECALLPARAMS *params)
{
    if (!params)
        return 0;
    if (params->dwBearerMode && !(params->dwBearerMode & (LINEBEARERMODE_VOICE | LINEBEARERMODE_SPEECH)))
        return LINE_ERROR(BEARERMODEUNAVAIL);
    if (params->dwMediaMode && !(params->dwMediaMode & (LINEMEDIAMODE_INTERACTIVEVOICE | LINEMEDIAMODE_UNKNOWN)))
        return LINE_ERROR(INVALMEDIAMODE);
    return 0;
}

LONG call_params_check_origin(const LINECALLPARAMS *params)
{
    if (!params)
        return 0;
    if (params->dwAddressMode && params->dwAddressMode != LINEADDRESSMODE_ADDRESSID)
        return LINE_ERROR(INVALADDRESSMODE);
    return params->dwAddressID ? LINE_ERROR(INVALADDRESSID) : 0;
}

/* The structure is the application's: what it says of offsets and sizes may lie. */
bool call_params_fit_line(const LINECALLPARAMS *params, const struct line *line)
{
    if (!params || params->dwAddressMode != LINEADDRESSMODE_DIALABLEADDR || !params->dwOrigAddressSize)
        return true;
    DWORD size = params->dwOrigAddressSize, offset = params->dwOrigAddressOffset;
    if (size > params->dwTotalSize || offset > params->dwTotalSize - size)
        return false;
    const WCHAR *origin = (const WCHAR *)(const void *)((const BYTE *)params + offset), *ours = line->settings.terminal;
    DWORD length = size / sizeof(WCHAR), i = 0;
    while (i < length && origin[i] && origin[i] == ours[i])
        i++;
    return !ours[i] && (i == length || !origin[i]);
}

bool call_params_target(const LINECALLPARAMS *params, WCHAR *target, DWORD characters)
{
    const DWORD members = offsetof(LINECALLPARAMS, dwTargetAddressOffset) + sizeof params->dwTargetAddressOffset;
    if (params->dwTotalSize < members)
        return false;
    DWORD size = params->dwTargetAddressSize, offset = params->dwTargetAddressOffset;
    if (size < sizeof(WCHAR) || size % sizeof(WCHAR) || size >= characters * sizeof(WCHAR) || size > params->dwTotalSize ||
        offset > params->dwTotalSize - size)
        return false;
    memcpy(target, (const BYTE *)params + offset, size);
    target[size / sizeof(WCHAR)] = 0;
    return true;
}
