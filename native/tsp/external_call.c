#include "external_call.h"

#include "memory.h"
#include "session_text.h"
#include "text.h"

static char keypad_character(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '*' || c == '#' ? c : 0;
}

/* The last characters of an address that can be dialled, last one first, into ADDRESS_ENDING + 1 bytes. */
static void copy_ending(char *out, struct session_text address)
{
    size_t count = 0, end = 0;
    while (end < address.length && address.bytes[end] != '|' && address.bytes[end] != '^' && address.bytes[end] != '@')
        end++; /* subaddress, name and SIP domain do not tell whom it is to */
    for (size_t at = end; at-- > 0 && count < ADDRESS_ENDING;)
        if (keypad_character(address.bytes[at]))
            out[count++] = keypad_character(address.bytes[at]);
    out[count] = 0;
}

static bool may_be_the_same(const char *one, const char *other)
{
    for (; *one && *other; one++, other++)
        if (*one != *other)
            return false;
    return true;
}

bool external_call_may_have(const struct connection *connection, const char *address)
{
    char ending[ADDRESS_ENDING + 1];
    copy_ending(ending, session_text_of(address));
    for (unsigned i = 0; i < CONNECTION_EXTERNAL_CALLS; i++) {
        const struct external_call *other = &connection->external_calls[i];
        if (other->id[0] && !other->over &&
            (may_be_the_same(ending, other->called) || (other->dialled[0] && may_be_the_same(ending, other->dialled))))
            return true;
    }
    return false;
}

struct external_call *external_call_find(struct connection *connection, struct session_text id)
{
    for (unsigned i = 0; i < CONNECTION_EXTERNAL_CALLS; i++)
        if (call_id_equal(connection->external_calls[i].id, id))
            return &connection->external_calls[i];
    return NULL;
}

/* The longest known makes room, but one that is still live only if all are. */
struct external_call *external_call_add(struct connection *connection, struct session_text id)
{
    struct external_call *known = external_call_find(connection, id);
    if (known)
        return known;
    for (unsigned i = 0; i < CONNECTION_EXTERNAL_CALLS; i++) {
        const struct external_call *oldest = &connection->external_calls[connection->external_next];
        if (!oldest->id[0] || oldest->over)
            break;
        connection->external_next = (connection->external_next + 1) % CONNECTION_EXTERNAL_CALLS;
    }
    struct external_call *external = &connection->external_calls[connection->external_next];
    connection->external_next = (connection->external_next + 1) % CONNECTION_EXTERNAL_CALLS;
    memset(external, 0, sizeof *external);
    call_id_copy(external->id, id);
    return external;
}

void external_call_add_released(struct connection *connection, const struct call *call)
{
    char called[PARTY_TEXT * 3];
    struct external_call *external = external_call_add(connection, session_text_of(call->id));
    text_to_utf8(call->parties[PARTY_CALLED].id, called, sizeof called);
    copy_ending(external->called, session_text_of(called));
    copy_ending(external->dialled, session_text_of(call->address));
}

void external_call_note(struct external_call *external, const struct session_message *message)
{
    external->over |= message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK;
    if (message->callee_id.length > 0)
        copy_ending(external->called, message->callee_id);
}
