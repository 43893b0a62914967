#include "dialable.h"

#include "memory.h"
#include "text.h"

/* So many characters of an address are looked at for its parts: TAPI hands over 80 at most. */
#define ADDRESS_LOOK 1024

/* Dial modifiers that need a modem to obey (TAPI, Dialable Addresses): it would wait for a tone, for silence or for the
 * user. Returns 0 or the LINEERR_ of the first one. */
static LONG check_modifiers(const WCHAR *at, const WCHAR *end)
{
    for (; at < end; at++) {
        if (*at == '$')
            return LINE_ERROR(DIALBILLING);
        if (*at == '@')
            return LINE_ERROR(DIALQUIET);
        if (*at == '?')
            return LINE_ERROR(DIALPROMPT);
    }
    return end[-1] == ';' ? LINE_ERROR(INVALADDRESS) : 0; /* the rest would come by lineDial */
}

static bool has_dialable(const WCHAR *at, const WCHAR *end)
{
    for (; at < end; at++)
        if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || *at == '*' ||
            *at == '#' || *at >= 0x80)
            return true;
    return false;
}

/* Characters of the scheme of a SIP address (RFC 3261 section 19.1), 0 for any other address. `@` and `?` are parts of
 * a SIP address and no dial modifiers. */
static DWORD sip_scheme(const WCHAR *address)
{
    static const WCHAR *const SCHEMES[] = {L"sip:", L"sips:"};
    for (unsigned i = 0; i < ARRAYSIZE(SCHEMES); i++) {
        int length = (int)text_length(SCHEMES[i]);
        if (CompareStringOrdinal(address, length, SCHEMES[i], length, TRUE) == CSTR_EQUAL)
            return (DWORD)length;
    }
    return 0;
}

static bool is_end(WCHAR c)
{
    return !c || c == '\r' || c == '\n';
}

static bool is_one_of(WCHAR c, const WCHAR *ends)
{
    while (*ends && *ends != c)
        ends++;
    return *ends;
}

/* Characters of the first address, or of its part before one of `ends`, without the blanks behind it. */
static DWORD address_length(const WCHAR *text, const WCHAR *ends)
{
    DWORD length = 0;
    while (length < ADDRESS_LOOK && !is_end(text[length]) && !is_one_of(text[length], ends))
        length++;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return length;
}

/* The first `length` characters as the session has them; false when they are too many, or no text. */
static bool take_address(const WCHAR *text, DWORD length, char *address)
{
    WCHAR part[SESSION_MAX_ADDRESS + 1];
    if (length > SESSION_MAX_ADDRESS)
        return false;
    for (DWORD i = 0; i < length; i++)
        part[i] = text[i];
    part[length] = 0;
    return text_to_utf8(part, address, ADDRESS_BYTES);
}

/* The first of the addresses (TAPI, Dialable Addresses: number | subaddress ^ name CR LF ...). Subaddress and name are
 * for the Smart Messenger to take off; what does not fit into the session's address is left out, the name first: the
 * number alone is what has to fit. */
LONG dialable_read(const WCHAR *text, char *address, WCHAR *number)
{
    if (!text)
        return LINE_ERROR(INVALADDRESS);
    while (*text == ' ')
        text++;
    DWORD length = address_length(text, L"|^");
    if (length == 0 || length > SESSION_MAX_ADDRESS)
        return LINE_ERROR(INVALADDRESS);
    for (DWORD i = 0; i < length; i++)
        if (text[i] < ' ')
            return LINE_ERROR(INVALADDRESS);
    DWORD scheme = sip_scheme(text), modifier = scheme ? scheme : text[0] == 'T' || text[0] == 't' || text[0] == 'P' ||
                                                                      text[0] == 'p';
    LONG error = scheme ? 0 : check_modifiers(text, text + length);
    if (error == 0 && !has_dialable(text + modifier, text + length))
        error = LINE_ERROR(INVALADDRESS);
    if (error == 0 && !take_address(text, address_length(text, L""), address) &&
        !take_address(text, address_length(text, L"^"), address) && !take_address(text, length, address))
        error = LINE_ERROR(INVALADDRESS);
    if (error == 0) {
        memcpy(number, text, length * sizeof(WCHAR)); /* an address is no longer than a party's number */
        number[length] = 0;
    }
    return error;
}
