#include "session_field.h"

bool field_is_utf8(struct span text)
{
    const unsigned char *at = (const unsigned char *)text.at, *end = (const unsigned char *)text.end;
    while (at < end) {
        unsigned char lead = *at++;
        unsigned char low = 0x80, high = 0xBF;
        int more;
        if (lead < 0x80)
            continue;
        if (lead >= 0xC2 && lead <= 0xDF)
            more = 1;
        else if (lead >= 0xE0 && lead <= 0xEF)
            more = 2;
        else if (lead >= 0xF0 && lead <= 0xF4)
            more = 3;
        else
            return false;
        if (lead == 0xE0)
            low = 0xA0;
        else if (lead == 0xED)
            high = 0x9F;
        else if (lead == 0xF0)
            low = 0x90;
        else if (lead == 0xF4)
            high = 0x8F;
        for (; more > 0; more--, low = 0x80, high = 0xBF) {
            if (at == end || *at < low || *at > high)
                return false;
            at++;
        }
    }
    return true;
}

/* The length in bytes of the control character there, 0 for any other: C0, DEL, and C1, which is C2 80 to C2 9F in
 * UTF-8. What is behind the text's end may not be looked at; valid UTF-8 does not end with C2. */
static size_t control_length(const char *at)
{
    unsigned char c = (unsigned char)at[0];
    if (c < 0x20 || c == 0x7F)
        return 1;
    return c == 0xC2 && (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] < 0xA0 ? 2 : 0;
}

char *field_without_controls(char *text, const char *end)
{
    char *out = text;
    while (text < end) {
        size_t length = control_length(text);
        *out++ = length ? ' ' : *text;
        text += length ? length : 1;
    }
    return out;
}

struct session_text field_next(struct span *rest, char separator)
{
    const char *begin = rest->at, *end = begin;
    while (end < rest->end && *end != separator)
        end++;
    rest->at = end < rest->end ? end + 1 : end;
    while (begin < end && *begin == ' ')
        begin++;
    while (end > begin && end[-1] == ' ')
        end--;
    return (struct session_text){begin, (size_t)(end - begin)};
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool field_is_word(struct session_text text, const char *word)
{
    size_t i = 0;
    for (; i < text.length && word[i]; i++)
        if (lower(text.bytes[i]) != lower(word[i]))
            return false;
    return i == text.length && !word[i];
}

int field_which_word(struct session_text text, const char *const words[], int count)
{
    for (int i = 0; i < count; i++)
        if (field_is_word(text, words[i]))
            return i + 1;
    return 0;
}

bool field_is_call_id(struct session_text text)
{
    if (text.length == 0 || text.length > SESSION_MAX_CALL_ID)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = lower(text.bytes[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

static void put_byte(struct session_writer *writer, char c)
{
    if (writer->length < writer->size)
        writer->out[writer->length++] = c;
    else
        writer->full = true;
}

void field_put_plain(struct session_writer *writer, const char *text)
{
    while (*text)
        put_byte(writer, *text++);
}

void field_put(struct session_writer *writer, const char *text)
{
    while (*text) {
        size_t length = control_length(text);
        if (*text == '%')
            field_put_plain(writer, "\xEF\xBC\x85"); /* U+FF05 */
        else
            put_byte(writer, length ? ' ' : *text);
        text += length ? length : 1;
    }
}

size_t field_end_message(struct session_writer *writer)
{
    field_put_plain(writer, "\r\n\r\n");
    return writer->full || writer->length > SESSION_MAX_MESSAGE ? 0 : writer->length;
}
