#include "text.h"

#include <stdarg.h>

DWORD text_length(const WCHAR *text)
{
    DWORD length = 0;
    while (text[length])
        length++;
    return length;
}

void text_copy(WCHAR *out, DWORD size, const WCHAR *text)
{
    DWORD i = 0;
    for (; i + 1 < size && text[i]; i++)
        out[i] = text[i];
    out[i] = 0;
}

bool text_equal(const WCHAR *one, const WCHAR *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

static DWORD put_number(WCHAR *out, DWORD size, DWORD at, DWORD value, DWORD base)
{
    WCHAR digits[10];
    DWORD count = 0;
    do {
        digits[count++] = L"0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count > 0 && at + 1 < size)
        out[at++] = digits[--count];
    return at;
}

DWORD text_format(WCHAR *out, DWORD size, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    DWORD length = text_format_list(out, size, format, arguments);
    va_end(arguments);
    return length;
}

DWORD text_format_list(WCHAR *out, DWORD size, const WCHAR *format, va_list arguments)
{
    DWORD at = 0;
    for (; *format; format++) {
        if (*format != '%') {
            if (at + 1 < size)
                out[at++] = *format;
            continue;
        }
        switch (*++format) {
        case 's':
            for (const WCHAR *text = va_arg(arguments, const WCHAR *); text && *text && at + 1 < size; text++)
                out[at++] = *text;
            break;
        case 'u':
            at = put_number(out, size, at, va_arg(arguments, DWORD), 10);
            break;
        case 'x':
            at = put_number(out, size, at, va_arg(arguments, DWORD), 16);
            break;
        case 'd': {
            int value = va_arg(arguments, int);
            if (value < 0 && at + 1 < size)
                out[at++] = '-';
            at = put_number(out, size, at, value < 0 ? 0u - (DWORD)value : (DWORD)value, 10);
            break;
        }
        default:
            if (at + 1 < size)
                out[at++] = '%';
            if (!*format)
                format--;
        }
    }
    out[at] = 0;
    return at;
}

bool text_to_utf8(const WCHAR *text, char *out, DWORD size)
{
    int written = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, out, (int)size, NULL, NULL);
    if (written <= 0)
        out[0] = 0;
    return written > 0;
}

void text_from_utf8(const char *bytes, size_t length, WCHAR *out, DWORD size)
{
    DWORD at = 0;
    size_t i = 0;
    while (i < length) { /* the reader has checked that it is UTF-8 */
        unsigned char lead = (unsigned char)bytes[i++];
        DWORD more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        DWORD point = more ? lead & (0x3Fu >> more) : lead;
        for (; more > 0 && i < length; more--)
            point = point << 6 | ((unsigned char)bytes[i++] & 0x3F);
        if (at + (point > 0xFFFF ? 2 : 1) >= size)
            break;
        if (point > 0xFFFF) {
            out[at++] = (WCHAR)(0xD800 + ((point - 0x10000) >> 10));
            out[at++] = (WCHAR)(0xDC00 + ((point - 0x10000) & 0x3FF));
        } else {
            out[at++] = (WCHAR)point;
        }
    }
    if (size)
        out[at] = 0;
}
