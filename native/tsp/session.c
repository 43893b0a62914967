#include "session.h"

void session_begin(struct session_reader *reader)
{
    reader->begin = reader->end = reader->scanned = 0;
    reader->broken = reader->version_3 = false;
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

static const char *const STATES[] = {"OffHookState", "ProceedState", "RingBackState", "ConnectedState",
                                     "OnHookState"};
static const char *const CAUSES[] = {"normal",          "dropped",     "busy",
                                     "no-answer",       "rejected",    "unreachable",
                                     "invalid-address", "not-allowed", "terminal-unavailable",
                                     "terminal-rejected", "failure"};

/* From the terminal to the callee's id: all of them are there, if only empty. */
#define NOTIFY_FIELDS 7

/* Whoever speaks a later version speaks this one as well. */
static bool is_version_2(struct session_text text)
{
    if (text.length == 0 || text.length > 4 || text.bytes[0] == '0' || field_is_word(text, "1"))
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

static void read_response(struct span rest, struct session_message *message)
{
    struct session_text result = field_next(&rest, '%'), detail = field_next(&rest, '%');
    message->success = field_is_word(result, "Success");
    if (!message->success && !field_is_word(result, "Fail"))
        return;
    message->kind = SESSION_RESPONSE;
    if (!message->success) {
        message->reason = detail;
        return;
    }
    message->version_2 = is_version_2(detail);
    message->version_3 = message->version_2 && !field_is_word(detail, "2");
    if (message->version_3)
        message->terminal = field_next(&rest, '%');
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
    struct session_text name = field_next(&rest, '%');
    bool is_state = field_is_word(name, "CALL_STATE");
    if ((!is_state && !field_is_word(name, "CALL_INFO")) || count_separators(rest) < NOTIFY_FIELDS - 1)
        return;
    message->terminal = field_next(&rest, '%');
    message->state = (enum session_state)field_which_word(field_next(&rest, '%'), STATES, COUNT(STATES));
    message->call_id = field_next(&rest, '%');
    message->caller_name = field_next(&rest, '%');
    message->caller_id = field_next(&rest, '%');
    message->callee_name = field_next(&rest, '%');
    message->callee_id = field_next(&rest, '%');
    struct session_text cause = field_next(&rest, '%');
    if (is_state && message->state == SESSION_ON_HOOK)
        message->cause = (enum session_cause)field_which_word(cause, CAUSES, COUNT(CAUSES));
    if (message->state != SESSION_NO_STATE && field_is_call_id(message->call_id))
        message->kind = is_state ? SESSION_CALL_STATE : SESSION_CALL_INFO;
}

/* What stands in the values is for session3.c. */
static void read_version_3(struct span rest, struct session_message *message)
{
    static const char *const KINDS[] = {"Line", "Call", "Ready"};
    struct session_text kind = field_next(&rest, '%');
    if (field_is_word(kind, "Result")) {
        message->kind = SESSION_RESULT;
    } else if (field_is_word(kind, "Notify")) {
        int which = field_which_word(field_next(&rest, '%'), KINDS, COUNT(KINDS));
        message->kind = which ? (enum session_kind)(SESSION_LINE + which - 1) : SESSION_BAD_MESSAGE;
    }
    message->values = (struct session_text){rest.at, (size_t)(rest.end - rest.at)};
}

static void read_message(struct span rest, bool version_3, struct session_message *message)
{
    *message = (struct session_message){.kind = SESSION_BAD_MESSAGE};
    struct span whole = rest;
    struct session_text kind = field_next(&rest, '%');
    if (field_is_word(kind, "Response"))
        read_response(rest, message);
    else if (version_3)
        read_version_3(whole, message);
    else if (field_is_word(kind, "Notify"))
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
        if (!field_is_utf8(whole))
            return broken(reader);
        whole.end = field_without_controls(begin, at);
        read_message(whole, reader->version_3, message);
        return SESSION_MESSAGE;
    }
    return reader->end - reader->begin >= sizeof reader->bytes ? broken(reader) : SESSION_MORE;
}

size_t session_login(char *out, size_t size, const char *terminal, const char *token)
{
    struct session_writer writer = {out, size, 0, false};
    field_put_plain(&writer, "Action%Login%");
    field_put(&writer, terminal);
    field_put_plain(&writer, "%");
    field_put(&writer, token);
    return field_end_message(&writer);
}

size_t session_dial(char *out, size_t size, const char *address)
{
    struct session_writer writer = {out, size, 0, false};
    field_put_plain(&writer, "Action%Dial%");
    field_put(&writer, address);
    return field_end_message(&writer);
}

size_t session_drop(char *out, size_t size, const char *which)
{
    struct session_writer writer = {out, size, 0, false};
    field_put_plain(&writer, "Action%Drop%");
    field_put(&writer, which);
    return field_end_message(&writer);
}
