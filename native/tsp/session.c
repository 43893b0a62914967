#include "session.h"

#include <stdint.h>

struct span {
    const char *at, *end;
};

void session_begin(struct session_reader *reader)
{
    reader->begin = reader->end = reader->scanned = 0;
    reader->broken = false;
}

size_t session_room(struct session_reader *reader, char **where)
{
    if (reader->begin > 0) {
        size_t held = reader->end - reader->begin;
        for (size_t i = 0; i < held; i++)
            reader->bytes[i] = reader->bytes[reader->begin + i];
        reader->scanned -= reader->begin;
        reader->begin = 0;
        reader->end = held;
    }
    *where = reader->bytes + reader->end;
    return sizeof reader->bytes - reader->end;
}

void session_received(struct session_reader *reader, size_t count)
{
    size_t room = sizeof reader->bytes - reader->end;
    reader->end += count < room ? count : room;
}

/* RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
static bool is_utf8(struct span text)
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

/* Control characters become blanks, as the other end's reader has it; where the text ends then. */
static char *without_controls(char *text, const char *end)
{
    char *out = text;
    while (text < end) {
        size_t length = control_length(text);
        *out++ = length ? ' ' : *text;
        text += length ? length : 1;
    }
    return out;
}

/* The next field, trimmed; an empty one when there are no more. */
static struct session_text next_field(struct span *rest)
{
    const char *begin = rest->at, *end = begin;
    while (end < rest->end && *end != '%')
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

static bool is_word(struct session_text text, const char *word)
{
    size_t i = 0;
    for (; i < text.length && word[i]; i++)
        if (lower(text.bytes[i]) != lower(word[i]))
            return false;
    return i == text.length && !word[i];
}

/* 1 for the first of the words, 0 for none of them. */
static int which_word(struct session_text text, const char *const words[], int count)
{
    for (int i = 0; i < count; i++)
        if (is_word(text, words[i]))
            return i + 1;
    return 0;
}

static const char *const STATES[] = {"OffHookState", "ProceedState", "RingBackState", "ConnectedState",
                                     "OnHookState"};
static const char *const CAUSES[] = {"normal",          "dropped",     "busy",
                                     "no-answer",       "rejected",    "unreachable",
                                     "invalid-address", "not-allowed", "terminal-unavailable",
                                     "terminal-rejected", "failure"};

/* From the terminal to the callee's id: all of them are there, if only empty. */
#define NOTIFY_FIELDS 7

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static bool is_call_id(struct session_text text)
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

/* Whoever speaks a later version speaks this one as well. */
static bool is_version_2(struct session_text text)
{
    if (text.length == 0 || text.length > 4 || text.bytes[0] == '0' || is_word(text, "1"))
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

static void read_response(struct span rest, struct session_message *message)
{
    struct session_text result = next_field(&rest), detail = next_field(&rest);
    message->success = is_word(result, "Success");
    if (!message->success && !is_word(result, "Fail"))
        return;
    message->kind = SESSION_RESPONSE;
    if (message->success)
        message->version_2 = is_version_2(detail);
    else
        message->reason = detail;
}

static int count_separators(struct span text)
{
    int count = 0;
    for (; text.at < text.end; text.at++)
        count += *text.at == '%';
    return count;
}

static void read_notify(struct span rest, struct session_message *message)
{
    struct session_text name = next_field(&rest);
    bool is_state = is_word(name, "CALL_STATE");
    if ((!is_state && !is_word(name, "CALL_INFO")) || count_separators(rest) < NOTIFY_FIELDS - 1)
        return;
    message->terminal = next_field(&rest);
    message->state = (enum session_state)which_word(next_field(&rest), STATES, COUNT(STATES));
    message->call_id = next_field(&rest);
    message->caller_name = next_field(&rest);
    message->caller_id = next_field(&rest);
    message->callee_name = next_field(&rest);
    message->callee_id = next_field(&rest);
    struct session_text cause = next_field(&rest);
    if (is_state && message->state == SESSION_ON_HOOK)
        message->cause = (enum session_cause)which_word(cause, CAUSES, COUNT(CAUSES));
    if (message->state != SESSION_NO_STATE && is_call_id(message->call_id))
        message->kind = is_state ? SESSION_CALL_STATE : SESSION_CALL_INFO;
}

static void read_message(struct span rest, struct session_message *message)
{
    *message = (struct session_message){.kind = SESSION_BAD_MESSAGE};
    struct session_text kind = next_field(&rest);
    if (is_word(kind, "Response"))
        read_response(rest, message);
    else if (is_word(kind, "Notify"))
        read_notify(rest, message);
}

static enum session_result broken(struct session_reader *reader)
{
    reader->broken = true;
    return SESSION_PROTOCOL_ERROR;
}

enum session_result session_next(struct session_reader *reader, struct session_message *message)
{
    char *bytes = reader->bytes;
    if (reader->broken)
        return SESSION_PROTOCOL_ERROR;
    for (; reader->scanned + 4 <= reader->end; reader->scanned++) {
        char *at = bytes + reader->scanned;
        if (at[0] != '\r' || at[1] != '\n' || at[2] != '\r' || at[3] != '\n')
            continue;
        char *begin = bytes + reader->begin;
        struct span whole = {begin, at};
        reader->begin = reader->scanned += 4;
        if (!is_utf8(whole))
            return broken(reader);
        whole.end = without_controls(begin, at);
        read_message(whole, message);
        return SESSION_MESSAGE;
    }
    return reader->end - reader->begin >= sizeof reader->bytes ? broken(reader) : SESSION_MORE;
}

struct writer {
    char *out;
    size_t size, length;
    bool full;
};

static void put(struct writer *writer, char c)
{
    if (writer->length < writer->size)
        writer->out[writer->length++] = c;
    else
        writer->full = true;
}

static void put_plain(struct writer *writer, const char *text)
{
    while (*text)
        put(writer, *text++);
}

static void put_field(struct writer *writer, const char *text)
{
    while (*text) {
        size_t length = control_length(text);
        if (*text == '%')
            put_plain(writer, "\xEF\xBC\x85"); /* U+FF05 */
        else
            put(writer, length ? ' ' : *text);
        text += length ? length : 1;
    }
}

static size_t finished(struct writer *writer)
{
    put_plain(writer, "\r\n\r\n");
    return writer->full || writer->length > SESSION_MAX_MESSAGE ? 0 : writer->length;
}

size_t session_login(char *out, size_t size, const char *terminal, const char *token)
{
    struct writer writer = {out, size, 0, false};
    put_plain(&writer, "Action%Login%");
    put_field(&writer, terminal);
    put(&writer, '%');
    put_field(&writer, token);
    return finished(&writer);
}

size_t session_dial(char *out, size_t size, const char *address)
{
    struct writer writer = {out, size, 0, false};
    put_plain(&writer, "Action%Dial%");
    put_field(&writer, address);
    return finished(&writer);
}

size_t session_drop(char *out, size_t size, const char *which)
{
    struct writer writer = {out, size, 0, false};
    put_plain(&writer, "Action%Drop%");
    put_field(&writer, which);
    return finished(&writer);
}
