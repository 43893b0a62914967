/* Strings without a C library: UTF-16 as Windows has it, UTF-8 as the session has it. Sizes are in characters with
 * the terminating zero; what does not fit is cut, and the result is always terminated. */
#ifndef OFFHOOK_TEXT_H
#define OFFHOOK_TEXT_H

#include "windows_7.h"

#include <stdarg.h>
#include <stdbool.h>

DWORD text_length(const WCHAR *text);
void text_copy(WCHAR *out, DWORD size, const WCHAR *text);
bool text_equal(const WCHAR *one, const WCHAR *other);

/* %s (UTF-16), %u (DWORD), %d (int), %x (DWORD) and %% only. Returns the length. */
DWORD text_format(WCHAR *out, DWORD size, const WCHAR *format, ...);
DWORD text_format_list(WCHAR *out, DWORD size, const WCHAR *format, va_list arguments);

/* False, and an empty result, when it does not fit or is no valid text: it is never cut inside a character. */
bool text_to_utf8(const WCHAR *text, char *out, DWORD size);

/* Cut at a whole character. */
void text_from_utf8(const char *bytes, size_t length, WCHAR *out, DWORD size);

#endif
