/* The lines as the registry has them: HKLM\SOFTWARE\Offhook\TSP, described in docs/tsp.md. */
#ifndef OFFHOOK_SETTINGS_H
#define OFFHOOK_SETTINGS_H

#include "windows_7.h"

#include <stdbool.h>

#define SETTINGS_KEY L"SOFTWARE\\Offhook\\TSP"
#define SETTINGS_MAX_LINES 1000
#define SETTINGS_DEFAULT_HOST L"127.0.0.1"
#define SETTINGS_DEFAULT_PORT 7700

/* Sizes in characters, with the terminating zero. */
#define SETTINGS_NAME 128
#define SETTINGS_TERMINAL 65
#define SETTINGS_HOST 256
#define SETTINGS_TOKEN 257

/* Calls that are dialled by hand at the phone are told to programs: never; while one wants calls, as most that handle
 * calls do; always, also if all only watch. */
enum report_manual { REPORT_AUTO, REPORT_NEVER, REPORT_ALWAYS };
#define SETTINGS_REPORTS 3

/* One line device. The index names its registry key and never changes, so that applications which remember a line
 * by its permanent id find it again. */
struct line_settings {
    DWORD index; /* 1 to 65535 */
    WCHAR name[SETTINGS_NAME];
    WCHAR terminal[SETTINGS_TERMINAL];
    WCHAR host[SETTINGS_HOST];
    DWORD port;
    enum report_manual report_manual;
    WCHAR token[SETTINGS_TOKEN]; /* empty when there is none, or when it may not be read by this account */
};

/* The lines in ascending order of index, at most SETTINGS_MAX_LINES; a missing name, host or port gets its default.
 * Returns an ERROR_ code; no lines at all is success. Free *lines with settings_free. */
LONG settings_read(struct line_settings **lines, DWORD *count);
void settings_free(struct line_settings *lines, DWORD count);

/* Read one line. ERROR_FILE_NOT_FOUND when there is none with this index. */
LONG settings_read_line(DWORD index, struct line_settings *line);

/* Write one line, made when it is missing; index 0 takes the lowest free one and writes it back. The token is written
 * only with `with_token`: readable by administrators, the system and the telephony service alone, and encrypted for
 * this machine. Returns an ERROR_ code: ERROR_ACCESS_DENIED without the right to write to HKLM. */
LONG settings_write_line(struct line_settings *line, bool with_token);
LONG settings_remove_line(DWORD index);

/* All of it, for when the provider is removed. */
LONG settings_remove_all(void);

/* The key itself, made if need be and allowed, for RegNotifyChangeKeyValue. */
LONG settings_open(HKEY *key, REGSAM rights);

#endif
