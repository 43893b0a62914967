#include "trace.h"

#include "settings.h"
#include "text.h"

#include <stdarg.h>

#define ROTATE_BYTES (1024 * 1024)
#define DEFAULT_FILE L"%ProgramData%\\Offhook\\tsp.log"
#define LINE_CHARACTERS 700

static SRWLOCK lock = SRWLOCK_INIT;
static HANDLE file = INVALID_HANDLE_VALUE;
static WCHAR path[MAX_PATH];
static volatile LONG on;

static void open_file(void)
{
    WCHAR folder[MAX_PATH];
    DWORD slash = 0;
    text_copy(folder, MAX_PATH, path);
    for (DWORD i = 0; folder[i]; i++)
        if (folder[i] == '\\')
            slash = i;
    folder[slash] = 0;
    CreateDirectoryW(folder, NULL);
    file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL, NULL);
}

static void close_file(void)
{
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    file = INVALID_HANDLE_VALUE;
}

static void read_path(HKEY key, WCHAR *out)
{
    WCHAR text[MAX_PATH];
    DWORD type, bytes = sizeof text - sizeof(WCHAR);
    LONG error = RegQueryValueExW(key, L"TraceFile", NULL, &type, (BYTE *)text, &bytes);
    if (error != ERROR_SUCCESS || (type != REG_SZ && type != REG_EXPAND_SZ) || bytes < sizeof(WCHAR))
        text_copy(text, MAX_PATH, DEFAULT_FILE);
    else
        text[bytes / sizeof(WCHAR)] = 0;
    if (ExpandEnvironmentStringsW(text, out, MAX_PATH) > MAX_PATH)
        out[0] = 0;
}

void trace_configure(void)
{
    HKEY key;
    WCHAR wanted[MAX_PATH] = L"";
    DWORD enabled = 0, type, bytes = sizeof enabled;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, 0, KEY_READ | KEY_WOW64_64KEY, &key) == ERROR_SUCCESS) {
        if (RegQueryValueExW(key, L"Trace", NULL, &type, (BYTE *)&enabled, &bytes) != ERROR_SUCCESS || type != REG_DWORD)
            enabled = 0;
        read_path(key, wanted);
        RegCloseKey(key);
    }
    AcquireSRWLockExclusive(&lock);
    if (!enabled || !text_equal(wanted, path))
        close_file();
    text_copy(path, MAX_PATH, wanted);
    on = enabled && wanted[0];
    ReleaseSRWLockExclusive(&lock);
}

void trace_stop(void)
{
    AcquireSRWLockExclusive(&lock);
    on = 0;
    close_file();
    ReleaseSRWLockExclusive(&lock);
}

/* The older half is kept under another name. */
static void rotate(void)
{
    WCHAR older[MAX_PATH + 4];
    LARGE_INTEGER size;
    if (!GetFileSizeEx(file, &size) || size.QuadPart < ROTATE_BYTES)
        return;
    close_file();
    text_format(older, ARRAYSIZE(older), L"%s.1", path);
    MoveFileExW(path, older, MOVEFILE_REPLACE_EXISTING);
    open_file();
}

static void two_digits(char *out, unsigned value)
{
    out[0] = (char)('0' + value / 10 % 10);
    out[1] = (char)('0' + value % 10);
}

/* 2030-01-31T23:59:59.999Z and a blank: 25 characters. */
static void write_time(char *out)
{
    SYSTEMTIME now;
    static const char SHAPE[] = "0000-00-00T00:00:00.000Z ";
    GetSystemTime(&now);
    for (int i = 0; i < 25; i++)
        out[i] = SHAPE[i];
    two_digits(out, now.wYear / 100u);
    two_digits(out + 2, now.wYear);
    two_digits(out + 5, now.wMonth);
    two_digits(out + 8, now.wDay);
    two_digits(out + 11, now.wHour);
    two_digits(out + 14, now.wMinute);
    two_digits(out + 17, now.wSecond);
    out[20] = (char)('0' + now.wMilliseconds / 100);
    two_digits(out + 21, now.wMilliseconds);
}

static void write(const WCHAR *text)
{
    char bytes[25 + LINE_CHARACTERS * 3 + 2];
    DWORD written;
    int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes + 25, LINE_CHARACTERS * 3, NULL, NULL);
    if (length <= 0)
        return;
    write_time(bytes);
    bytes[25 + length - 1] = '\r';
    bytes[25 + length] = '\n';
    if (file == INVALID_HANDLE_VALUE)
        open_file();
    rotate();
    WriteFile(file, bytes, (DWORD)(25 + length + 1), &written, NULL);
}

void trace(const WCHAR *format, ...)
{
    WCHAR text[LINE_CHARACTERS];
    va_list arguments;
    if (!on)
        return;
    va_start(arguments, format);
    text_format_list(text, ARRAYSIZE(text), format, arguments);
    va_end(arguments);
    AcquireSRWLockExclusive(&lock);
    if (on)
        write(text);
    ReleaseSRWLockExclusive(&lock);
}
