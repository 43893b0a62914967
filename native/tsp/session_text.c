#include "session_text.h"

#include "memory.h"

struct session_text session_text_of(const char *bytes)
{
    struct session_text text = {bytes, 0};
    while (bytes[text.length])
        text.length++;
    return text;
}

bool session_text_equal(struct session_text one, struct session_text other)
{
    if (one.length != other.length)
        return false;
    for (size_t i = 0; i < one.length; i++)
        if (one.bytes[i] != other.bytes[i])
            return false;
    return true;
}

bool call_id_equal(const char *id, struct session_text text)
{
    return id[0] && session_text_equal(text, session_text_of(id));
}

void call_id_copy(char *out, struct session_text id)
{
    size_t length = id.length <= SESSION_MAX_CALL_ID ? id.length : SESSION_MAX_CALL_ID;
    memcpy(out, id.bytes, length);
    out[length] = 0;
}
