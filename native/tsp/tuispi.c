/* The exports TUISPI_: called by TAPI in the process of an application, an installer or the Control Panel, not in the
 * telephony service. */
#include "dialog_line.h"
#include "dialog_list.h"
#include "eventlog.h"
#include "generic_data.h"
#include "line_error.h"
#include "settings.h"
#include "text.h"

#include <tapi.h>
#include <tspi.h>

#define PROVIDERS L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Telephony\\Providers"
#define FILE_NAME L"offhook.tsp"

/* TAPI asks the telephony service's half of us. */
static LONG line_index(TUISPIDLLCALLBACK ask, DWORD device, DWORD *index)
{
    struct generic_data data = {device, 0};
    LONG error = ask(device, TUISPIDLL_OBJECT_LINEID, &data, sizeof data);
    *index = data.index;
    return error == 0 && data.index == 0 ? LINE_ERROR(OPERATIONFAILED) : error;
}

LONG TSPIAPI TUISPI_lineConfigDialog(TUISPIDLLCALLBACK ask, DWORD device, HWND owner, LPCWSTR device_class)
{
    DWORD index;
    if (device_class && device_class[0] && CompareStringOrdinal(device_class, -1, L"tapi/line", -1, TRUE) != CSTR_EQUAL)
        return LINE_ERROR(INVALDEVICECLASS);
    if (!ask)
        return LINE_ERROR(OPERATIONFAILED);
    LONG error = line_index(ask, device, &index);
    if (error == 0)
        dialog_line(owner, index);
    return error;
}

LONG TSPIAPI TUISPI_providerConfig(TUISPIDLLCALLBACK ask, HWND owner, DWORD provider)
{
    (void)ask, (void)provider;
    return dialog_list(owner) ? 0 : LINE_ERROR(OPERATIONFAILED);
}

/* Paths may differ in how they name the same folder: the name of the file tells. */
static bool is_our_file(const WCHAR *path)
{
    const WCHAR *name = path;
    for (; *path; path++)
        if (*path == '\\' || *path == '/')
            name = path + 1;
    return CompareStringOrdinal(name, -1, FILE_NAME, -1, TRUE) == CSTR_EQUAL;
}

static DWORD provider_number(HKEY providers, const WCHAR *format, DWORD which)
{
    WCHAR name[32];
    DWORD type, value, size = sizeof value;
    text_format(name, ARRAYSIZE(name), format, which);
    LONG error = RegQueryValueExW(providers, name, NULL, &type, (BYTE *)&value, &size);
    return error == ERROR_SUCCESS && type == REG_DWORD && size == sizeof value ? value : 0;
}

/* Whether TAPI has this DLL under another id. Two of them would share one set of lines. */
static bool is_present(DWORD except)
{
    WCHAR name[32], path[MAX_PATH + 1];
    HKEY providers;
    bool present = false;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, PROVIDERS, 0, KEY_READ | KEY_WOW64_64KEY, &providers) != ERROR_SUCCESS)
        return false;
    DWORD count = provider_number(providers, L"NumProviders", 0);
    for (DWORD i = 0; i < count && i < 1000 && !present; i++) {
        DWORD type, size = MAX_PATH * sizeof(WCHAR);
        text_format(name, ARRAYSIZE(name), L"ProviderFilename%u", i);
        LONG error = RegQueryValueExW(providers, name, NULL, &type, (BYTE *)path, &size);
        path[error == ERROR_SUCCESS && type == REG_SZ ? size / sizeof(WCHAR) : 0] = 0;
        present = is_our_file(path) && provider_number(providers, L"ProviderID%u", i) != except;
    }
    RegCloseKey(providers);
    return present;
}

/* Without a window nothing is asked or shown: the first line then has the default settings. */
static bool first_line(HWND owner)
{
    struct line_settings line = {.port = SETTINGS_DEFAULT_PORT};
    if (owner)
        return dialog_line(owner, 0);
    text_copy(line.name, SETTINGS_NAME, L"Offhook");
    text_copy(line.host, SETTINGS_HOST, SETTINGS_DEFAULT_HOST);
    return settings_write_line(&line, false) == ERROR_SUCCESS;
}

LONG TSPIAPI TUISPI_providerInstall(TUISPIDLLCALLBACK ask, HWND owner, DWORD provider)
{
    struct line_settings *lines;
    DWORD count;
    (void)ask;
    if (is_present(provider))
        return LINE_ERROR(NOMULTIPLEINSTANCE);
    if (settings_read(&lines, &count) != ERROR_SUCCESS)
        return LINE_ERROR(OPERATIONFAILED);
    settings_free(lines, count);
    if (count == 0 && !first_line(owner))
        return LINE_ERROR(OPERATIONFAILED);
    eventlog_register(true); /* entries show without it too, with a remark of Windows' */
    return 0;
}

LONG TSPIAPI TUISPI_providerRemove(TUISPIDLLCALLBACK ask, HWND owner, DWORD provider)
{
    (void)ask, (void)owner, (void)provider;
    eventlog_register(false);
    return settings_remove_all() == ERROR_SUCCESS ? 0 : LINE_ERROR(OPERATIONFAILED);
}
