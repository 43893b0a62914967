#include "eventlog.h"

#include "trace.h"

#define SOURCE L"Offhook TSP"
#define SOURCES L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application"

/* Windows' own program whose messages 1 to 1000 are the text alone. */
#define MESSAGES L"%SystemRoot%\\System32\\EventCreate.exe"
#define MESSAGE 1

LONG eventlog_register(bool wanted)
{
    static const WCHAR FILE[] = MESSAGES;
    DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    HKEY key;
    if (!wanted) {
        LONG error = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, SOURCES L"\\" SOURCE, KEY_WOW64_64KEY, 0);
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    }
    LONG error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SOURCES L"\\" SOURCE, 0, NULL, 0, KEY_WRITE | KEY_WOW64_64KEY, NULL,
                                 &key, NULL);
    if (error != ERROR_SUCCESS)
        return error;
    error = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ, (const BYTE *)FILE, sizeof FILE);
    if (error == ERROR_SUCCESS)
        error = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types, sizeof types);
    RegCloseKey(key);
    return error;
}

void eventlog_warn(const WCHAR *text)
{
    HANDLE log = RegisterEventSourceW(NULL, SOURCE);
    trace(L"%s", text);
    if (!log)
        return;
    ReportEventW(log, EVENTLOG_WARNING_TYPE, 0, MESSAGE, NULL, 1, 0, &text, NULL);
    DeregisterEventSource(log);
}
