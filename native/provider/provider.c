/* offhook-provider.exe add|remove: tells TAPI of the provider, or that it goes, in a process of the machine's own kind.
 *
 * TAPI loads the provider's DLL into the process that calls lineAddProvider or lineRemoveProvider. On Windows on Arm the
 * rest of Offhook is an emulated x64 program, which cannot load an arm64 DLL. The result is the exit code: 0, or LINEERR_.
 */
#include <windows.h>
#include <tapi.h>

enum {
    LISTED = 65536 /* bytes of the list of providers; Windows comes with five */
};

static BYTE room[LISTED];

static const WCHAR FILE_NAME[] = L"offhook.tsp";

static BOOL ends_with_ours(const WCHAR *name)
{
    int length = lstrlenW(name), ours = lstrlenW(FILE_NAME);
    return length >= ours && lstrcmpiW(name + length - ours, FILE_NAME) == 0;
}

static LONG remove_ours(void)
{
    LINEPROVIDERLIST *list = (LINEPROVIDERLIST *)room;
    list->dwTotalSize = LISTED;
    LONG error = lineGetProviderListW(0x20002, list);
    if (error)
        return error;
    const LINEPROVIDERENTRY *entries = (const LINEPROVIDERENTRY *)(room + list->dwProviderListOffset);
    for (DWORD i = 0; i < list->dwNumProviders; i++)
        if (ends_with_ours((const WCHAR *)(room + entries[i].dwProviderFilenameOffset)))
            return lineRemoveProvider(entries[i].dwPermanentProviderID, NULL);
    return 0;
}

static LONG run(void)
{
    DWORD provider = 0;
    const WCHAR *line = GetCommandLineW();
    int length = lstrlenW(line);
    if (length > 4 && lstrcmpW(line + length - 4, L" add") == 0)
        return lineAddProviderW(FILE_NAME, NULL, &provider);
    if (length > 7 && lstrcmpW(line + length - 7, L" remove") == 0)
        return remove_ours();
    return LINEERR_INVALPARAM;
}

void entry(void)
{
    ExitProcess((UINT)run());
}
