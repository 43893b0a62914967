#include "others.h"

#include "memory.h"

struct session_text others_text(const char *bytes)
{
    struct session_text text = {bytes, 0};
    while (bytes[text.length])
        text.length++;
    return text;
}

bool same_text(struct session_text one, struct session_text other)
{
    if (one.length != other.length)
        return false;
    for (size_t i = 0; i < one.length; i++)
        if (one.bytes[i] != other.bytes[i])
            return false;
    return true;
}

bool same_id(const char *id, struct session_text text)
{
    return id[0] && same_text(text, others_text(id));
}

void copy_id(char *out, struct session_text id)
{
    size_t length = id.length <= SESSION_MAX_CALL_ID ? id.length : SESSION_MAX_CALL_ID;
    memcpy(out, id.bytes, length);
    out[length] = 0;
}

static char keypad_character(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '*' || c == '#' ? c : 0;
}

void others_ending(char *out, struct session_text address)
{
    size_t count = 0, end = 0;
    while (end < address.length && address.bytes[end] != '|' && address.bytes[end] != '^' && address.bytes[end] != '@')
        end++; /* subaddress, name and SIP domain do not tell whom it is to */
    for (size_t at = end; at-- > 0 && count < LINK_ENDING;)
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

bool others_may_mean(const struct link *link, const char *address)
{
    char ending[LINK_ENDING + 1];
    others_ending(ending, others_text(address));
    for (unsigned i = 0; i < LINK_FOREIGN; i++) {
        const struct foreign *other = &link->foreign[i];
        if (other->id[0] && !other->over &&
            (may_be_the_same(ending, other->called) || (other->dialled[0] && may_be_the_same(ending, other->dialled))))
            return true;
    }
    return false;
}

struct foreign *others_find(struct link *link, struct session_text id)
{
    for (unsigned i = 0; i < LINK_FOREIGN; i++)
        if (same_id(link->foreign[i].id, id))
            return &link->foreign[i];
    return NULL;
}

/* The longest known makes room, but one that is still live only if all are. */
struct foreign *others_add(struct link *link, struct session_text id)
{
    struct foreign *known = others_find(link, id);
    if (known)
        return known;
    for (unsigned i = 0; i < LINK_FOREIGN; i++) {
        const struct foreign *oldest = &link->foreign[link->foreign_next];
        if (!oldest->id[0] || oldest->over)
            break;
        link->foreign_next = (link->foreign_next + 1) % LINK_FOREIGN;
    }
    struct foreign *foreign = &link->foreign[link->foreign_next];
    link->foreign_next = (link->foreign_next + 1) % LINK_FOREIGN;
    memset(foreign, 0, sizeof *foreign);
    copy_id(foreign->id, id);
    return foreign;
}

void others_note(struct foreign *foreign, const struct session_message *message)
{
    foreign->over |= message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK;
    if (message->callee_id.length > 0)
        others_ending(foreign->called, message->callee_id);
}
