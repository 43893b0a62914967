#include "settings.h"

#include "memory.h"
#include "text.h"

#include <aclapi.h>
#include <sddl.h>
#include <wincrypt.h>

#define LINES_KEY SETTINGS_KEY L"\\Lines"
#define MAX_INDEX 65535

/* The DLL of a 32-bit program must see the same settings as the 64-bit telephony service. */
#define VIEW KEY_WOW64_64KEY

/* System and administrators do all, the telephony service's account reads, nobody else does anything. */
#define SECRET_RIGHTS L"D:P(A;OICI;KA;;;SY)(A;OICI;KA;;;BA)(A;OICI;KR;;;NS)"

static LONG open_line(DWORD index, REGSAM rights, HKEY *key)
{
    WCHAR path[64];
    text_format(path, ARRAYSIZE(path), L"%s\\%u", LINES_KEY, index);
    return RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, rights | VIEW, key);
}

LONG settings_open(HKEY *key, REGSAM rights)
{
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, 0, rights | VIEW, key);
    if (error == ERROR_FILE_NOT_FOUND)
        error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, 0, NULL, 0, rights | VIEW, NULL, key, NULL);
    return error;
}

/* A string value, cut to size; empty when there is none. The registry does not promise a terminating zero. */
static void read_text(HKEY key, const WCHAR *name, WCHAR *out, DWORD size)
{
    DWORD type, bytes = (size - 1) * sizeof(WCHAR);
    LONG error = RegQueryValueExW(key, name, NULL, &type, (BYTE *)out, &bytes);
    if (error != ERROR_SUCCESS || (type != REG_SZ && type != REG_EXPAND_SZ))
        bytes = 0;
    out[bytes / sizeof(WCHAR)] = 0;
}

static DWORD read_number(HKEY key, const WCHAR *name, DWORD otherwise)
{
    DWORD type, value, bytes = sizeof value;
    LONG error = RegQueryValueExW(key, name, NULL, &type, (BYTE *)&value, &bytes);
    return error == ERROR_SUCCESS && type == REG_DWORD && bytes == sizeof value ? value : otherwise;
}

static void decrypt_token(const BYTE *bytes, DWORD size, WCHAR *token)
{
    DATA_BLOB in = {size, (BYTE *)bytes}, out;
    if (!CryptUnprotectData(&in, NULL, NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out))
        return;
    if (out.cbData < SETTINGS_TOKEN * sizeof(WCHAR)) {
        memcpy(token, out.pbData, out.cbData);
        token[out.cbData / sizeof(WCHAR)] = 0;
    }
    SecureZeroMemory(out.pbData, out.cbData);
    LocalFree(out.pbData);
}

static void read_token(HKEY line, WCHAR *token)
{
    BYTE bytes[4096];
    DWORD type, size = sizeof bytes;
    HKEY secret;
    token[0] = 0;
    if (RegOpenKeyExW(line, L"Secret", 0, KEY_QUERY_VALUE | VIEW, &secret) != ERROR_SUCCESS)
        return;
    LONG error = RegQueryValueExW(secret, L"Token", NULL, &type, bytes, &size);
    if (error == ERROR_SUCCESS && type == REG_BINARY)
        decrypt_token(bytes, size, token);
    else if (error == ERROR_SUCCESS && type == REG_SZ)
        read_text(secret, L"Token", token, SETTINGS_TOKEN);
    SecureZeroMemory(bytes, sizeof bytes);
    RegCloseKey(secret);
}

static const WCHAR *const REPORTS[SETTINGS_REPORTS] = {L"auto", L"never", L"always"};

static enum report_manual read_report(HKEY line)
{
    WCHAR text[16];
    read_text(line, L"ReportManual", text, ARRAYSIZE(text));
    for (int i = 0; i < SETTINGS_REPORTS; i++)
        if (text_equal(text, REPORTS[i]))
            return (enum report_manual)i;
    return REPORT_AUTO;
}

LONG settings_read_line(DWORD index, struct line_settings *line)
{
    HKEY key;
    LONG error = open_line(index, KEY_READ, &key);
    if (error != ERROR_SUCCESS)
        return error;
    memset(line, 0, sizeof *line);
    line->index = index;
    read_text(key, L"Name", line->name, SETTINGS_NAME);
    read_text(key, L"Terminal", line->terminal, SETTINGS_TERMINAL);
    read_text(key, L"Host", line->host, SETTINGS_HOST);
    line->port = read_number(key, L"Port", SETTINGS_DEFAULT_PORT);
    line->report_manual = read_report(key);
    read_token(key, line->token);
    RegCloseKey(key);
    if (!line->host[0])
        text_copy(line->host, SETTINGS_HOST, SETTINGS_DEFAULT_HOST);
    if (line->port < 1 || line->port > 65535)
        line->port = SETTINGS_DEFAULT_PORT;
    if (!line->name[0])
        text_format(line->name, SETTINGS_NAME, line->terminal[0] ? L"Offhook %s" : L"Offhook", line->terminal);
    return ERROR_SUCCESS;
}

/* A key's name as an index, or 0. */
static DWORD index_of(const WCHAR *name)
{
    DWORD index = 0;
    for (; *name >= '0' && *name <= '9' && index <= MAX_INDEX; name++)
        index = index * 10 + (DWORD)(*name - '0');
    return *name || index > MAX_INDEX ? 0 : index;
}

static void insert_sorted(DWORD *indexes, DWORD count, DWORD index)
{
    DWORD at = count;
    for (; at > 0 && indexes[at - 1] > index; at--)
        indexes[at] = indexes[at - 1];
    indexes[at] = index;
}

/* The indexes that exist, ascending. */
static LONG read_indexes(DWORD *indexes, DWORD *count)
{
    HKEY key;
    WCHAR name[256];
    *count = 0;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, LINES_KEY, 0, KEY_READ | VIEW, &key);
    if (error != ERROR_SUCCESS)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    for (DWORD at = 0; *count < SETTINGS_MAX_LINES; at++) {
        DWORD size = ARRAYSIZE(name);
        error = RegEnumKeyExW(key, at, name, &size, NULL, NULL, NULL, NULL);
        if (error == ERROR_NO_MORE_ITEMS)
            break;
        DWORD index = error == ERROR_SUCCESS ? index_of(name) : 0;
        if (index)
            insert_sorted(indexes, (*count)++, index);
    }
    RegCloseKey(key);
    return ERROR_SUCCESS;
}

LONG settings_read(struct line_settings **lines, DWORD *count)
{
    DWORD found;
    DWORD *indexes = memory_get(SETTINGS_MAX_LINES * sizeof *indexes);
    *lines = NULL;
    *count = 0;
    if (!indexes)
        return ERROR_NOT_ENOUGH_MEMORY;
    LONG error = read_indexes(indexes, &found);
    if (error == ERROR_SUCCESS && found > 0) {
        *lines = memory_get(found * sizeof **lines);
        if (!*lines)
            error = ERROR_NOT_ENOUGH_MEMORY;
        for (DWORD i = 0; *lines && i < found; i++)
            if (settings_read_line(indexes[i], &(*lines)[*count]) == ERROR_SUCCESS)
                ++*count;
    }
    memory_free(indexes);
    return error;
}

void settings_free(struct line_settings *lines, DWORD count)
{
    if (lines)
        SecureZeroMemory(lines, count * sizeof *lines);
    memory_free(lines);
}

static LONG write_text(HKEY key, const WCHAR *name, const WCHAR *text)
{
    return RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)text, (text_length(text) + 1) * sizeof(WCHAR));
}

/* What is usual is not written. */
static LONG write_report(HKEY line, enum report_manual report)
{
    if (report != REPORT_AUTO)
        return write_text(line, L"ReportManual", REPORTS[report]);
    LONG error = RegDeleteValueW(line, L"ReportManual");
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static LONG open_secret(HKEY line, HKEY *secret)
{
    SECURITY_ATTRIBUTES rights = {sizeof rights, NULL, FALSE};
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(SECRET_RIGHTS, SDDL_REVISION_1,
                                                              &rights.lpSecurityDescriptor, NULL))
        return ERROR_INVALID_SECURITY_DESCR;
    LONG error = RegCreateKeyExW(line, L"Secret", 0, NULL, 0, KEY_ALL_ACCESS | VIEW, &rights, secret, NULL);
    if (error == ERROR_SUCCESS) /* also when it was there already, with whatever rights */
        error = RegSetKeySecurity(*secret, DACL_SECURITY_INFORMATION, rights.lpSecurityDescriptor);
    LocalFree(rights.lpSecurityDescriptor);
    return error;
}

static LONG write_token(HKEY line, const WCHAR *token)
{
    HKEY secret;
    DATA_BLOB in = {text_length(token) * sizeof(WCHAR), (BYTE *)token}, out;
    LONG error = open_secret(line, &secret);
    if (error != ERROR_SUCCESS)
        return error;
    if (!token[0]) {
        error = RegDeleteValueW(secret, L"Token");
        error = error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    } else if (CryptProtectData(&in, NULL, NULL, NULL, NULL, CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN,
                                &out)) {
        error = RegSetValueExW(secret, L"Token", 0, REG_BINARY, out.pbData, out.cbData);
        LocalFree(out.pbData);
    } else {
        error = (LONG)GetLastError();
    }
    RegCloseKey(secret);
    return error;
}

static LONG lowest_free(DWORD *index)
{
    DWORD count;
    DWORD *indexes = memory_get(SETTINGS_MAX_LINES * sizeof *indexes);
    if (!indexes)
        return ERROR_NOT_ENOUGH_MEMORY;
    LONG error = read_indexes(indexes, &count);
    *index = 1;
    for (DWORD i = 0; i < count && indexes[i] == *index; i++)
        ++*index;
    memory_free(indexes);
    return error == ERROR_SUCCESS && count == SETTINGS_MAX_LINES ? ERROR_NO_MORE_ITEMS : error;
}

LONG settings_write_line(struct line_settings *line, bool with_token)
{
    WCHAR path[64];
    HKEY key;
    LONG error = line->index ? ERROR_SUCCESS : lowest_free(&line->index);
    if (error != ERROR_SUCCESS)
        return error;
    text_format(path, ARRAYSIZE(path), L"%s\\%u", LINES_KEY, line->index);
    error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_READ | KEY_WRITE | VIEW, NULL, &key, NULL);
    if (error != ERROR_SUCCESS)
        return error;
    if (error == ERROR_SUCCESS && with_token)
        error = write_token(key, line->token);
    if (error == ERROR_SUCCESS)
        error = write_text(key, L"Name", line->name);
    if (error == ERROR_SUCCESS)
        error = write_text(key, L"Terminal", line->terminal);
    if (error == ERROR_SUCCESS)
        error = write_text(key, L"Host", line->host);
    if (error == ERROR_SUCCESS)
        error = RegSetValueExW(key, L"Port", 0, REG_DWORD, (const BYTE *)&line->port, sizeof line->port);
    if (error == ERROR_SUCCESS)
        error = write_report(key, line->report_manual);
    RegCloseKey(key);
    return error;
}

LONG settings_remove_line(DWORD index)
{
    HKEY lines;
    WCHAR name[16];
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, LINES_KEY, 0, KEY_ALL_ACCESS | VIEW, &lines);
    if (error != ERROR_SUCCESS)
        return error;
    text_format(name, ARRAYSIZE(name), L"%u", index);
    error = RegDeleteTreeW(lines, name);
    RegCloseKey(lines);
    return error;
}

LONG settings_remove_all(void)
{
    HKEY vendor;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Offhook", 0, KEY_ALL_ACCESS | VIEW, &vendor);
    if (error == ERROR_SUCCESS) {
        error = RegDeleteTreeW(vendor, L"TSP");
        RegCloseKey(vendor);
        RegDeleteKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Offhook", VIEW, 0); /* only if nothing else is in it */
    }
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}
