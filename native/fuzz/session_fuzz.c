/* What must hold of the TSP session's codec whatever the peer sends and whatever TAPI hands over.
 *
 * For libFuzzer, and for replay.c, which runs kept inputs. The first byte of an input chooses how the rest is cut into
 * pieces; the rest is what a peer sends, and the text that is written into a field as well. */
#include "../tsp/session3.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* All that a reader told, one message behind the other, so that two of them can be compared. */
struct told {
    char *bytes;
    size_t length, size;
};

static void tell(struct told *told, const void *bytes, size_t length)
{
    while (told->size - told->length < length) {
        told->size = told->size ? 2 * told->size : 1024;
        told->bytes = realloc(told->bytes, told->size);
        MUST(told->bytes);
    }
    if (length)
        memcpy(told->bytes + told->length, bytes, length);
    told->length += length;
}

static void tell_number(struct told *told, size_t number)
{
    tell(told, &number, sizeof number);
}

/* The bytes of the character there, 0 when it is none: by its value, not by ranges of bytes as the codec has it. */
static size_t character_length(const unsigned char *at, size_t left)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80             ? 1
                    : (at[0] & 0xE0) == 0xC0 ? 2
                    : (at[0] & 0xF0) == 0xE0 ? 3
                    : (at[0] & 0xF8) == 0xF0 ? 4
                                             : 0;
    uint32_t value = length > 1 ? at[0] & (0x7FU >> length) : at[0];
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3F);
    }
    return value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0 : length;
}

static bool is_utf8(struct session_text text)
{
    size_t length;
    for (size_t i = 0; i < text.length; i += length)
        if (!(length = character_length((const unsigned char *)text.bytes + i, text.length - i)))
            return false;
    return true;
}

/* A field is UTF-8, free of what may not stand in one, lies in the reader, and is there as long as the header says. */
static void tell_text(struct told *told, const struct session_reader *reader, struct session_text text)
{
    if (text.length) {
        MUST(text.bytes >= reader->bytes && text.bytes + text.length <= reader->bytes + reader->end);
        MUST(text.bytes[0] != ' ' && text.bytes[text.length - 1] != ' ');
    }
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        MUST(c >= 0x20 && c != 0x7F && c != '%');
        MUST(c != 0xC2 || (i + 1 < text.length && (unsigned char)text.bytes[i + 1] >= 0xA0));
    }
    MUST(is_utf8(text));
    tell_number(told, text.length);
    tell(told, text.bytes, text.length);
}

static void tell_party(struct told *told, const struct session_reader *reader, struct session3_party party)
{
    MUST(party.privacy >= SESSION3_SHOWN && party.privacy <= SESSION3_UNAVAILABLE);
    tell_text(told, reader, party.name);
    tell_text(told, reader, party.id);
    tell_number(told, party.privacy);
}

static void tell_features(struct told *told, struct session3_features features)
{
    MUST(features.known || !features.bits);
    MUST(!(features.bits & (SESSION3_BIT(SESSION3_NO_COMMAND) | ~(SESSION3_BIT(SESSION3_CLEAR_MISSED) - 1))));
    tell_number(told, features.bits);
}

static bool is_call_id(struct session_text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", text.bytes[i]))
            return false;
    return text.length <= SESSION_MAX_CALL_ID;
}

static void tell_call(struct told *told, const struct session_reader *reader, const struct session3_call *call)
{
    MUST(call->id.length && is_call_id(call->id) && is_call_id(call->related) && is_call_id(call->conference));
    MUST(call->state > SESSION_NO_STATE && call->state <= SESSION_ON_HOOK);
    MUST(call->cause >= SESSION_NO_CAUSE && call->cause <= SESSION_PARKED);
    MUST(!call->cause || call->state == SESSION_ON_HOOK);
    MUST(call->reason >= SESSION3_DIRECT && call->reason <= SESSION3_UNKNOWN_REASON);
    MUST(call->origin >= SESSION3_UNKNOWN_ORIGIN && call->origin <= SESSION3_EXTERNAL);
    MUST(call->began <= 9999999999 && call->answered <= 9999999999);
    tell_text(told, reader, call->id);
    tell_text(told, reader, call->related);
    tell_text(told, reader, call->conference);
    tell_features(told, call->features);
    tell_party(told, reader, call->caller);
    tell_party(told, reader, call->callee);
    tell_party(told, reader, call->connected);
    tell_party(told, reader, call->redirecting);
    tell_party(told, reader, call->redirected_to);
    tell_number(told, call->state * 1024 + call->cause * 64 + call->reason * 4 + call->origin);
    tell_number(told, call->began + call->answered);
    tell_number(told, call->inbound + call->held * 2 + call->held_by_other * 4 + call->consultation * 8);
}

static void tell_line(struct told *told, const struct session_reader *reader, const struct session3_line *line)
{
    const struct session_text texts[] = {line->terminal, line->name, line->problem,
                                         line->always,   line->busy, line->no_answer};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        tell_text(told, reader, texts[i]);
    tell_features(told, line->capabilities);
    tell_features(told, line->features);
    MUST(line->after <= 9999999999 && line->missed <= 9999999999);
    tell_number(told, line->after + line->missed);
    tell_number(told, line->reachable + line->in_service * 2 + line->do_not_disturb * 4);
}

/* What only version 3 has. */
static void tell_values(struct told *told, const struct session_reader *reader, const struct session_message *message)
{
    struct session3_result result;
    struct session3_line line;
    struct session3_call call;
    MUST(reader->version_3);
    MUST(message->values.bytes >= reader->bytes);
    MUST(message->values.bytes + message->values.length <= reader->bytes + reader->end);
    switch (message->kind) {
    case SESSION_RESULT:
        if (session3_read_result(message, &result)) {
            MUST(result.number);
            MUST(is_call_id(result.call));
            tell_number(told, result.number * 2 + result.success);
            tell_text(told, reader, result.reason);
            tell_text(told, reader, result.text);
            tell_text(told, reader, result.call);
            tell_text(told, reader, result.slot);
        }
        break;
    case SESSION_LINE:
        if (session3_read_line(message, &line))
            tell_line(told, reader, &line);
        break;
    case SESSION_CALL:
        if (session3_read_call(message, &call))
            tell_call(told, reader, &call);
        break;
    default:
        MUST(message->kind == SESSION_READY);
    }
}

static void tell_message(struct told *told, const struct session_reader *reader, const struct session_message *message)
{
    const struct session_text *texts[] = {&message->reason,    &message->terminal,    &message->call_id,
                                          &message->caller_name, &message->caller_id, &message->callee_name,
                                          &message->callee_id};
    bool is_call = message->kind == SESSION_CALL_STATE || message->kind == SESSION_CALL_INFO;
    MUST(message->kind >= SESSION_BAD_MESSAGE && message->kind <= SESSION_READY);
    MUST(reader->version_3 ? message->kind <= SESSION_RESPONSE || message->kind >= SESSION_RESULT
                           : message->kind <= SESSION_CALL_INFO);
    MUST(!message->version_2 || message->success);
    MUST(!message->version_3 || message->version_2);
    MUST(!message->reason.length || (message->kind == SESSION_RESPONSE && !message->success));
    MUST(message->state >= SESSION_NO_STATE && message->state <= SESSION_ON_HOOK);
    MUST(message->cause >= SESSION_NO_CAUSE && message->cause <= SESSION_FAILURE);
    if (is_call) {
        MUST(message->state != SESSION_NO_STATE);
        MUST(message->call_id.length > 0 && message->call_id.length <= SESSION_MAX_CALL_ID);
        MUST(!message->cause || (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK));
    }
    tell_number(told, message->kind);
    if (message->kind == SESSION_BAD_MESSAGE)
        return;
    if (message->kind >= SESSION_RESULT)
        tell_values(told, reader, message);
    tell_number(told, (size_t)message->success * 2 + message->version_2);
    tell_number(told, (size_t)message->state * 64 + message->cause);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        tell_text(told, reader, *texts[i]);
}

/* Pieces of 1 to `longest` bytes, chosen by `seed`; what was told of them, and how it ended. */
static struct told read_in_pieces(const uint8_t *data, size_t size, bool version_3, size_t longest, uint32_t seed)
{
    struct told told = {0};
    struct session_reader *reader = malloc(sizeof *reader);
    enum session_result result = SESSION_MORE;
    MUST(reader);
    session_begin(reader);
    reader->version_3 = version_3;
    while (size && result != SESSION_PROTOCOL_ERROR) {
        struct session_message message;
        char *where;
        size_t piece, room = session_room(reader, &where);
        MUST(room > 0 && room <= SESSION_MAX_MESSAGE);
        MUST(where >= reader->bytes && where + room == reader->bytes + SESSION_MAX_MESSAGE);
        seed = seed * 1664525 + 1013904223;
        piece = 1 + (seed >> 8) % longest;
        piece = piece > room ? room : piece;
        piece = piece > size ? size : piece;
        memcpy(where, data, piece);
        data += piece;
        size -= piece;
        session_received(reader, piece);
        while ((result = session_next(reader, &message)) == SESSION_MESSAGE)
            tell_message(&told, reader, &message);
        MUST(result == SESSION_MORE || result == SESSION_PROTOCOL_ERROR);
        MUST(session_next(reader, &message) == result);
    }
    tell_number(&told, result);
    free(reader);
    return told;
}

static void pieces_make_no_difference(const uint8_t *data, size_t size, bool version_3, uint32_t seed)
{
    const size_t longest[] = {1, 7, 300};
    struct told whole = read_in_pieces(data, size, version_3, SESSION_MAX_MESSAGE, 0);
    for (size_t i = 0; i < sizeof longest / sizeof *longest; i++) {
        struct told told = read_in_pieces(data, size, version_3, longest[i], seed);
        MUST(told.length == whole.length && !memcmp(told.bytes, whole.bytes, told.length));
        free(told.bytes);
    }
    free(whole.bytes);
}

/* Into a buffer that ends where its size says, so that a byte too many is seen. NULL when it does not fit. */
static char *dial(const char *address, size_t size, size_t *length)
{
    char *out = malloc(size ? size : 1);
    MUST(out);
    *length = session_dial(out, size, address);
    MUST(*length <= size && *length <= SESSION_MAX_MESSAGE);
    if (*length)
        return out;
    free(out);
    return NULL;
}

static const char DIAL[] = "Action%Dial%", FAIL[] = "Response%Fail%", END[] = "\r\n\r\n";

/* One message, one field, nothing in it that could be taken for the end of either. */
static void is_framed(const char *out, size_t length)
{
    MUST(length >= strlen(DIAL) + strlen(END) && !memcmp(out, DIAL, strlen(DIAL)));
    MUST(!memcmp(out + length - strlen(END), END, strlen(END)));
    for (size_t i = strlen(DIAL); i < length - strlen(END); i++)
        MUST((unsigned char)out[i] >= 0x20 && out[i] != 0x7F && out[i] != '%');
}

/* The field that was written comes back from a reader, and writing it once more changes nothing. */
static void comes_back(const char *out, size_t length)
{
    size_t field = length - strlen(DIAL), again_length;
    struct session_reader *reader = malloc(sizeof *reader);
    struct session_message message;
    enum session_result result;
    char *where, *again, *reason;
    MUST(reader);
    session_begin(reader);
    if (session_room(reader, &where) >= strlen(FAIL) + field) {
        memcpy(where, FAIL, strlen(FAIL));
        memcpy(where + strlen(FAIL), out + strlen(DIAL), field);
        session_received(reader, strlen(FAIL) + field);
        result = session_next(reader, &message);
        if (result == SESSION_MESSAGE) {
            MUST(message.kind == SESSION_RESPONSE && !message.success);
            reason = malloc(message.reason.length + 1);
            MUST(reason);
            memcpy(reason, message.reason.bytes, message.reason.length);
            reason[message.reason.length] = 0;
            again = dial(reason, length, &again_length);
            MUST(again && again_length == strlen(DIAL) + message.reason.length + strlen(END));
            MUST(!memcmp(again + strlen(DIAL), reason, message.reason.length));
            free(again);
            free(reason);
        } else {
            MUST(result == SESSION_PROTOCOL_ERROR); /* the text was not UTF-8 */
        }
    }
    free(reader);
}

static void any_text_makes_one_message(const uint8_t *data, size_t size, size_t less)
{
    size_t length, shorter;
    char *out, *text = malloc(size + 1);
    MUST(text);
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    out = dial(text, 2 * SESSION_MAX_MESSAGE, &length);
    if (out) {
        char *exact = dial(text, length, &shorter);
        MUST(exact && shorter == length && !memcmp(exact, out, length));
        free(exact);
        MUST(!dial(text, length - 1 - less % length, &shorter));
        is_framed(out, length);
        comes_back(out, length);
        free(out);
    }
    free(text);
}

/* A request with this text as every value; NULL when it does not fit. */
static char *ask(const char *text, enum session3_command command, size_t size, size_t *length)
{
    struct session3_request request = {
        .number = UINT32_MAX, .command = command, .call = text,  .address = text, .other = text,
        .digits = text,       .slot = text,       .target = NULL, .always = "",    .busy = text,
        .no_answer = text,    .after = 20,        .duration = UINT32_MAX,          .on = true};
    char *out = malloc(size ? size : 1);
    MUST(out);
    *length = session3_request(out, size, &request);
    MUST(*length <= size && *length <= SESSION_MAX_MESSAGE);
    if (*length)
        return out;
    free(out);
    return NULL;
}

/* Whatever the texts: as many fields as values, nothing that ends the message before its end. */
static void any_text_makes_one_request(const uint8_t *data, size_t size, size_t choice)
{
    enum session3_command command = (enum session3_command)(1 + choice % SESSION3_ALIVE);
    size_t length, shorter, fields = 1;
    char *out, *text = malloc(size + 1);
    MUST(text);
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    out = ask(text, command, 2 * SESSION_MAX_MESSAGE, &length);
    if (out) {
        char *exact = ask(text, command, length, &shorter);
        MUST(exact && shorter == length && !memcmp(exact, out, length));
        free(exact);
        MUST(!ask(text, command, length - 1 - choice % length, &shorter));
        MUST(length > 12 && !memcmp(out + length - strlen(END), END, strlen(END)));
        for (size_t i = 0; i < length - strlen(END); i++) {
            MUST((unsigned char)out[i] >= 0x20 && out[i] != 0x7F);
            fields += out[i] == '%';
        }
        MUST(fields == (*text ? 12u : 5u) + (command == SESSION3_DO_NOT_DISTURB));
        free(out);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    pieces_make_no_difference(data + 1, size - 1, false, data[0]);
    pieces_make_no_difference(data + 1, size - 1, true, data[0]);
    any_text_makes_one_message(data + 1, size - 1, data[0]);
    any_text_makes_one_request(data + 1, size - 1, data[0]);
    return 0;
}
