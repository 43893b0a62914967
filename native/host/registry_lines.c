#include "registry_lines.h"

#define LINES L"SOFTWARE\\Offhook\\TSP\\Lines"

/* Of a 32-bit program too: the telephony service is a 64-bit one. */
#define VIEW KEY_WOW64_64KEY

static HKEY make(const WCHAR *path)
{
    HKEY key;
    LONG error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_WRITE | VIEW, NULL, &key, NULL);
    if (error)
        bail_out("the registry cannot be written: error %d", error);
    return key;
}

static void set_text(HKEY key, const WCHAR *name, const WCHAR *text)
{
    RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)text, (DWORD)(lstrlenW(text) + 1) * sizeof(WCHAR));
}

static void write_line(const WCHAR *index, const WCHAR *name, const WCHAR *terminal, DWORD port)
{
    WCHAR path[100];
    wsprintfW(path, LINES L"\\%s", index);
    HKEY key = make(path);
    set_text(key, L"Name", name);
    set_text(key, L"Terminal", terminal);
    set_text(key, L"Host", L"127.0.0.1");
    RegSetValueExW(key, L"Port", 0, REG_DWORD, (const BYTE *)&port, sizeof port);
    RegCloseKey(key);
    wsprintfW(path, LINES L"\\%s\\Secret", index);
    key = make(path);
    set_text(key, L"Token", L"s3cret");
    RegCloseKey(key);
}

static void remove_lines(void)
{
    WCHAR path[100], name[64];
    HKEY key = make(LINES);
    RegCloseKey(key);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, LINES, 0, KEY_ALL_ACCESS | VIEW, &key))
        bail_out("the lines in the registry cannot be opened");
    while (RegEnumKeyW(key, 0, name, 64) == ERROR_SUCCESS) {
        wsprintfW(path, L"%s\\Secret", name);
        RegDeleteKeyExW(key, path, VIEW, 0);
        if (RegDeleteKeyExW(key, name, VIEW, 0))
            bail_out("a line in the registry cannot be removed");
    }
    RegCloseKey(key);
}

void registry_lines_write(DWORD port)
{
    remove_lines();
    write_line(L"1", L"Offhook 4000 \xAE40", L"4000", port);
    write_line(L"3", L"Offhook 4003", L"4003", port);
}

DWORD registry_lines_count(void)
{
    DWORD count = 0;
    HKEY key;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, LINES, 0, KEY_READ | VIEW, &key))
        return 0;
    RegQueryInfoKeyW(key, NULL, NULL, NULL, &count, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return count;
}

const WCHAR *registry_lines_first_name(void)
{
    static WCHAR name[128];
    DWORD size = sizeof name;
    HKEY key;
    name[0] = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, LINES L"\\1", 0, KEY_READ | VIEW, &key))
        return name;
    if (RegQueryValueExW(key, L"Name", NULL, NULL, (BYTE *)name, &size))
        name[0] = 0;
    RegCloseKey(key);
    return name;
}
