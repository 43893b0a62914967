#include "session3.h"

/* In the order of the enumerations, as are all of these. */
static const char *const STATES[] = {"OffHookState", "ProceedState", "RingBackState", "ConnectedState", "OnHookState"};

static const char *const CAUSES[] = {
    "normal",      "dropped",     "busy",                 "no-answer",         "rejected", "unreachable",
    "invalid-address", "not-allowed", "terminal-unavailable", "terminal-rejected", "failure",  "elsewhere",
    "cancelled",   "forwarded",   "transferred",          "parked"};

static const char *const REASONS[] = {
    "direct",     "forwarded-always", "forwarded-busy", "forwarded-no-answer",
    "redirected", "transferred",      "picked-up",      "unparked",
    "reminder"};

static const char *const COMMANDS[] = {
    "dial",   "pickup",           "unpark",       "forward",      "do-not-disturb",    "drop",
    "answer", "reject",           "redirect",     "hold",         "retrieve",          "swap",
    "transfer", "consult",        "complete",     "conference",   "dtmf",              "park",
    "complete-ringing", "complete-any", "conference-8", "forward-busy", "forward-no-answer", "pickup-group",
    "park-at", "by-hand", "clear-missed",    "alive"};

/* Reading. */

/* A field's name, and its value behind the first `=`. False when there are no more. */
static bool next_value(struct span *rest, struct session_text *name, struct session_text *value)
{
    while (rest->at < rest->end) {
        struct session_text field = field_next(rest, '%');
        struct span parts = {field.bytes, field.bytes + field.length}, sign = parts;
        while (sign.at < sign.end && *sign.at != '=')
            sign.at++;
        if (sign.at == sign.end)
            continue;
        *name = field_next(&parts, '=');
        *value = field_next(&parts, '%'); /* there is none in a field: all that is left */
        return true;
    }
    return false;
}

static bool is_yes(struct session_text text)
{
    return field_is_word(text, "yes");
}

/* 0 when it is none. */
static uint64_t read_number(struct session_text text)
{
    uint64_t number = 0;
    if (text.length > 10)
        return 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    return number;
}

static struct session3_features read_features(struct session_text text)
{
    struct session3_features features = {true, 0};
    struct span rest = {text.bytes, text.bytes + text.length};
    while (rest.at < rest.end) {
        int command = field_which_word(field_next(&rest, ' '), COMMANDS, SESSION3_BY_HAND);
        if (command)
            features.bits |= SESSION3_BIT(command);
    }
    return features;
}

static enum session3_privacy read_privacy(struct session_text text)
{
    if (text.length == 0 || field_is_word(text, "none"))
        return SESSION3_SHOWN;
    return field_is_word(text, "withheld") ? SESSION3_WITHHELD : SESSION3_UNAVAILABLE;
}

static enum session3_reason read_reason(struct session_text text)
{
    int which = field_which_word(text, REASONS, COUNT(REASONS));
    if (text.length == 0)
        return SESSION3_DIRECT;
    return which ? (enum session3_reason)(which - 1) : SESSION3_UNKNOWN_REASON;
}

static enum session3_origin read_origin(struct session_text text)
{
    if (is_yes(text))
        return SESSION3_EXTERNAL;
    return field_is_word(text, "no") ? SESSION3_INTERNAL : SESSION3_UNKNOWN_ORIGIN;
}

static enum session_cause read_cause(struct session_text text)
{
    int which = field_which_word(text, CAUSES, COUNT(CAUSES));
    if (text.length == 0)
        return SESSION_NO_CAUSE;
    return which ? (enum session_cause)which : SESSION_FAILURE;
}

enum value_kind { TEXT, CALL_ID, FLAG, INBOUND, NUMBER, FEATURES, STATE, CAUSE, REASON, ORIGIN, PRIVACY };

/* A value of a message, and the member that it goes into. */
struct value {
    const char *name;
    enum value_kind kind;
    size_t offset;
};

static void read_value(struct session_text text, enum value_kind kind, void *member)
{
    switch (kind) {
    case TEXT:
        *(struct session_text *)member = text;
        break;
    case CALL_ID:
        if (!field_is_call_id(text))
            text.length = 0;
        *(struct session_text *)member = text;
        break;
    case FLAG:
        *(bool *)member = is_yes(text);
        break;
    case INBOUND:
        *(bool *)member = field_is_word(text, "inbound");
        break;
    case NUMBER:
        *(uint64_t *)member = read_number(text);
        break;
    case FEATURES:
        *(struct session3_features *)member = read_features(text);
        break;
    case STATE:
        *(enum session_state *)member = (enum session_state)field_which_word(text, STATES, COUNT(STATES));
        break;
    case CAUSE:
        *(enum session_cause *)member = read_cause(text);
        break;
    case REASON:
        *(enum session3_reason *)member = read_reason(text);
        break;
    case ORIGIN:
        *(enum session3_origin *)member = read_origin(text);
        break;
    case PRIVACY:
        *(enum session3_privacy *)member = read_privacy(text);
        break;
    }
}

static void read_values(struct span rest, const struct value *values, int count, void *structure)
{
    struct session_text name, text;
    while (next_value(&rest, &name, &text))
        for (int i = 0; i < count; i++)
            if (field_is_word(name, values[i].name))
                read_value(text, values[i].kind, (char *)structure + values[i].offset);
}

static struct span values_of(const struct session_message *message)
{
    return (struct span){message->values.bytes, message->values.bytes + message->values.length};
}

#define RESULT(member) offsetof(struct session3_result, member)

static const struct value RESULT_VALUES[] = {
    {"call", CALL_ID, RESULT(call)},
    {"slot", TEXT, RESULT(slot)},
    {"reason", TEXT, RESULT(reason)},
    {"text", TEXT, RESULT(text)},
};

bool session3_read_result(const struct session_message *message, struct session3_result *result)
{
    struct span rest = values_of(message);
    *result = (struct session3_result){0};
    uint64_t number = read_number(field_next(&rest, '%'));
    struct session_text word = field_next(&rest, '%');
    result->success = field_is_word(word, "Success");
    if (number == 0 || number > UINT32_MAX || (!result->success && !field_is_word(word, "Fail")))
        return false;
    result->number = (uint32_t)number;
    read_values(rest, RESULT_VALUES, COUNT(RESULT_VALUES), result);
    return true;
}

#define LINE(member) offsetof(struct session3_line, member)

static const struct value LINE_VALUES[] = {
    {"terminal", TEXT, LINE(terminal)},
    {"name", TEXT, LINE(name)},
    {"reachable", FLAG, LINE(reachable)},
    {"in-service", FLAG, LINE(in_service)},
    {"problem", TEXT, LINE(problem)},
    {"capabilities", FEATURES, LINE(capabilities)},
    {"features", FEATURES, LINE(features)},
    {"always", TEXT, LINE(always)},
    {"busy", TEXT, LINE(busy)},
    {"no-answer", TEXT, LINE(no_answer)},
    {"after", NUMBER, LINE(after)},
    {"do-not-disturb", FLAG, LINE(do_not_disturb)},
    {"missed", NUMBER, LINE(missed)},
};

bool session3_read_line(const struct session_message *message, struct session3_line *line)
{
    *line = (struct session3_line){0};
    read_values(values_of(message), LINE_VALUES, COUNT(LINE_VALUES), line);
    return true;
}

#define CALL(member) offsetof(struct session3_call, member)

static const struct value CALL_VALUES[] = {
    {"call", CALL_ID, CALL(id)},
    {"state", STATE, CALL(state)},
    {"direction", INBOUND, CALL(inbound)},
    {"features", FEATURES, CALL(features)},
    {"caller-name", TEXT, CALL(caller.name)},
    {"caller-id", TEXT, CALL(caller.id)},
    {"caller-privacy", PRIVACY, CALL(caller.privacy)},
    {"callee-name", TEXT, CALL(callee.name)},
    {"callee-id", TEXT, CALL(callee.id)},
    {"callee-privacy", PRIVACY, CALL(callee.privacy)},
    {"connected-name", TEXT, CALL(connected.name)},
    {"connected-id", TEXT, CALL(connected.id)},
    {"connected-privacy", PRIVACY, CALL(connected.privacy)},
    {"redirecting-name", TEXT, CALL(redirecting.name)},
    {"redirecting-id", TEXT, CALL(redirecting.id)},
    {"redirecting-privacy", PRIVACY, CALL(redirecting.privacy)},
    {"redirected-to-name", TEXT, CALL(redirected_to.name)},
    {"redirected-to-id", TEXT, CALL(redirected_to.id)},
    {"redirected-to-privacy", PRIVACY, CALL(redirected_to.privacy)},
    {"reason", REASON, CALL(reason)},
    {"external", ORIGIN, CALL(origin)},
    {"held", FLAG, CALL(held)},
    {"held-by-other", FLAG, CALL(held_by_other)},
    {"related", CALL_ID, CALL(related)},
    {"consultation", FLAG, CALL(consultation)},
    {"conference", CALL_ID, CALL(conference)},
    {"by-hand", FLAG, CALL(by_hand)},
    {"began", NUMBER, CALL(began)},
    {"answered", NUMBER, CALL(answered)},
    {"cause", CAUSE, CALL(cause)},
};

bool session3_read_call(const struct session_message *message, struct session3_call *call)
{
    *call = (struct session3_call){0};
    read_values(values_of(message), CALL_VALUES, COUNT(CALL_VALUES), call);
    if (call->state != SESSION_ON_HOOK)
        call->cause = SESSION_NO_CAUSE;
    return call->id.length > 0 && call->state != SESSION_NO_STATE;
}

/* Writing. */

size_t session3_login(char *out, size_t size, const char *terminal, const char *token)
{
    struct session_writer writer = {out, size, 0, false};
    field_put_plain(&writer, "Action%Login%");
    field_put(&writer, terminal);
    field_put_plain(&writer, "%");
    field_put(&writer, token);
    field_put_plain(&writer, "%3");
    return field_end_message(&writer);
}

/* Nothing when there is no text. */
static void put_value(struct session_writer *writer, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    field_put_plain(writer, "%");
    field_put_plain(writer, name);
    field_put_plain(writer, "=");
    field_put(writer, text);
}

/* The number in decimal digits, at the end of the text. */
static const char *digits_of(uint32_t number, char text[11])
{
    char *at = text + 10;
    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return at;
}

size_t session3_request(char *out, size_t size, const struct session3_request *request)
{
    struct session_writer writer = {out, size, 0, false};
    char text[11];
    if (request->number == 0 || request->command < SESSION3_DIAL || request->command > SESSION3_ALIVE)
        return 0;
    field_put_plain(&writer, "Request%");
    field_put_plain(&writer, digits_of(request->number, text));
    field_put_plain(&writer, "%");
    field_put_plain(&writer, COMMANDS[request->command - 1]);
    put_value(&writer, "call", request->call);
    put_value(&writer, "address", request->address);
    put_value(&writer, "other", request->other);
    put_value(&writer, "digits", request->digits);
    put_value(&writer, "slot", request->slot);
    put_value(&writer, "target", request->target);
    put_value(&writer, "always", request->always);
    put_value(&writer, "busy", request->busy);
    put_value(&writer, "no-answer", request->no_answer);
    put_value(&writer, "after", request->after ? digits_of(request->after, text) : NULL);
    put_value(&writer, "duration", request->duration ? digits_of(request->duration, text) : NULL);
    if (request->command == SESSION3_DO_NOT_DISTURB)
        put_value(&writer, "on", request->on ? "yes" : "no");
    return field_end_message(&writer);
}
