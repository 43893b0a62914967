/* What a host program checks, told line by line in the Test Anything Protocol. No C library: the programs run with what
 * Windows brings, as the provider does. */
#ifndef OFFHOOK_TAP_H
#define OFFHOOK_TAP_H

#define UNICODE
#define _UNICODE
#define WIN32_LEAN_AND_MEAN
#define _WIN32_WINNT 0x0601
#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>

/* As wvsprintfA has it, at most 1,023 characters; a line end is added. */
void say(const char *format, ...);

/* One check; false when it does not hold. The name may be built like say's text. */
bool ok(bool good, const char *format, ...);

/* A number that must be this one; both are shown otherwise. */
bool is(DWORD_PTR got, DWORD_PTR expected, const char *name);

/* The run cannot go on: ends the process. */
_Noreturn void bail_out(const char *format, ...);

/* The plan; ends the process, with 0 when every check held. */
_Noreturn void done(void);

/* From now on an access violation ends the run with a word. */
void catch_violations(void);

#endif
