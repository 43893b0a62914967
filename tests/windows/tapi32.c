/* A tapi32.dll that does what Windows' does to install and remove a provider, and writes down what it was asked: Wine's
 * own has these functions as stubs. Its lines are in tapi32_lines.c. It keeps its list where Windows does, and loads the provider from System32. */
#define UNICODE
#include <windows.h>

#include "tapi32.h"

#define PROVIDERS L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Telephony\\Providers"
#define OPERATIONFAILED ((LONG)0x80000048)
#define FIRST_ID TAPI32_FIRST_ID

typedef LONG(WINAPI *hook)(void *, HWND, DWORD);

static void note(const char *text)
{
    WCHAR path[MAX_PATH];
    DWORD written;
    if (!GetEnvironmentVariableW(L"TAPI_LOG", path, MAX_PATH))
        return;
    HANDLE log = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ, NULL, OPEN_ALWAYS, 0, NULL);
    WriteFile(log, text, (DWORD)lstrlenA(text), &written, NULL);
    WriteFile(log, "\n", 1, &written, NULL);
    CloseHandle(log);
}

static LONG call_hook(const char *name, DWORD provider)
{
    HMODULE dll = LoadLibraryW(L"offhook.tsp");
    hook function = dll ? (hook)(void *)GetProcAddress(dll, name) : NULL;
    LONG result = function ? function(NULL, NULL, provider) : OPERATIONFAILED;
    note(name);
    if (dll)
        FreeLibrary(dll);
    return result;
}

static HKEY providers(void)
{
    HKEY key = NULL;
    RegCreateKeyExW(HKEY_LOCAL_MACHINE, PROVIDERS, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    return key;
}

DWORD tapi32_providers(void)
{
    DWORD value = 0, size = sizeof value;
    HKEY key = providers();
    RegQueryValueExW(key, L"NumProviders", NULL, NULL, (BYTE *)&value, &size);
    RegCloseKey(key);
    return value;
}

static void set_count(DWORD value)
{
    HKEY key = providers();
    RegSetValueExW(key, L"NumProviders", 0, REG_DWORD, (const BYTE *)&value, sizeof value);
    RegCloseKey(key);
}

LONG WINAPI lineGetProviderListW(DWORD version, DWORD *list)
{
    static const WCHAR NAME[] = L"offhook.tsp";
    DWORD needed = 6 * 4 + (tapi32_providers() ? 3 * 4 + sizeof NAME : 0);
    (void)version;
    list[1] = needed;
    list[2] = list[0] < needed ? 24 : needed;
    list[3] = list[4] = list[5] = 0;
    if (list[0] < needed || !tapi32_providers())
        return 0;
    list[3] = 1;
    list[4] = 3 * 4;
    list[5] = 24;
    list[6] = FIRST_ID;
    list[7] = sizeof NAME;
    list[8] = 36;
    lstrcpyW((WCHAR *)(list + 9), NAME);
    return 0;
}

LONG WINAPI lineAddProviderW(const WCHAR *name, HWND owner, DWORD *provider)
{
    if (owner || lstrcmpiW(name, L"offhook.tsp") != 0)
        return OPERATIONFAILED;
    LONG error = call_hook("TUISPI_providerInstall", FIRST_ID);
    if (error)
        return error;
    HKEY key = providers();
    DWORD id = FIRST_ID;
    RegSetValueExW(key, L"ProviderFilename0", 0, REG_SZ, (const BYTE *)name, (DWORD)(lstrlenW(name) + 1) * 2);
    RegSetValueExW(key, L"ProviderID0", 0, REG_DWORD, (const BYTE *)&id, sizeof id);
    RegCloseKey(key);
    set_count(1);
    *provider = FIRST_ID;
    return 0;
}

LONG WINAPI lineRemoveProvider(DWORD provider, HWND owner)
{
    BOOL keeps = owner || provider != FIRST_ID || GetEnvironmentVariableW(L"TAPI_KEEPS", NULL, 0);
    LONG error = keeps ? OPERATIONFAILED : call_hook("TUISPI_providerRemove", provider);
    if (!error)
        set_count(0);
    return error;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance, (void)reason, (void)reserved;
    return TRUE;
}
