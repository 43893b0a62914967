/* The exports that deal with one call. */
#include "calls.h"
#include "events.h"
#include "fill.h"
#include "lines.h"
#include "link.h"
#include "memory.h"
#include "text.h"
#include "trace.h"

/* So many characters of an address are looked at for its parts: TAPI hands over 80 at most. */
#define ADDRESS_LOOK 1024

/* How long a dial waits for a connection that is being made. */
#define WAIT_MS 8000

/* Calls that failed and that TAPI never closed; it is not clear whether it has to. */
#define KEPT_CALLS 64

/* Characters that TAPI defines and that need a modem to obey. Returns 0 or the LINEERR_ of the first one. */
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

/* Characters of the scheme of a SIP address (RFC 3261 section 19.1), 0 for what is none. `@` and `?` are parts of these
 * and no dial modifiers. */
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
static LONG read_address(const WCHAR *text, char *address)
{
    if (!text)
        return LINE_ERROR(INVALADDRESS);
    while (*text == ' ')
        text++;
    DWORD number = address_length(text, L"|^");
    if (number == 0 || number > SESSION_MAX_ADDRESS)
        return LINE_ERROR(INVALADDRESS);
    for (DWORD i = 0; i < number; i++)
        if (text[i] < ' ')
            return LINE_ERROR(INVALADDRESS);
    DWORD scheme = sip_scheme(text), modifier = scheme ? scheme : text[0] == 'T' || text[0] == 't' || text[0] == 'P' ||
                                                                      text[0] == 'p';
    LONG error = scheme ? 0 : check_modifiers(text, text + number);
    if (error == 0 && !has_dialable(text + modifier, text + number))
        error = LINE_ERROR(INVALADDRESS);
    if (error == 0 && !take_address(text, address_length(text, L""), address) &&
        !take_address(text, address_length(text, L"^"), address) && !take_address(text, number, address))
        error = LINE_ERROR(INVALADDRESS);
    return error;
}

/* Zero is what an application has not set. Of several media modes one has to be a person's voice. */
LONG check_call_params(const LINECALLPARAMS *params)
{
    if (!params)
        return 0;
    if (params->dwBearerMode && !(params->dwBearerMode & (LINEBEARERMODE_VOICE | LINEBEARERMODE_SPEECH)))
        return LINE_ERROR(BEARERMODEUNAVAIL);
    if (params->dwMediaMode && !(params->dwMediaMode & (LINEMEDIAMODE_INTERACTIVEVOICE | LINEMEDIAMODE_UNKNOWN)))
        return LINE_ERROR(INVALMEDIAMODE);
    return 0;
}

/* From which of the line's addresses the call is to be made: there is one, which goes by its id only. */
static LONG check_origin(const LINECALLPARAMS *params)
{
    if (!params)
        return 0;
    if (params->dwAddressMode && params->dwAddressMode != LINEADDRESSMODE_ADDRESSID)
        return LINE_ERROR(INVALADDRESSMODE);
    return params->dwAddressID ? LINE_ERROR(INVALADDRESSID) : 0;
}

static void trim(struct line *line)
{
    struct call *oldest = NULL;
    int kept = 0;
    for (struct call *call = line->calls; call; call = call->next) {
        if (call->phase == CALL_OVER) {
            kept++;
            oldest = call;
        }
    }
    if (kept > KEPT_CALLS) {
        events_forget(oldest);
        call_free(oldest);
    }
}

static struct call *new_call(struct line *line, HTAPICALL ht)
{
    struct call *call = memory_get(sizeof *call);
    if (!call)
        return NULL;
    call->line = line;
    call->ht = ht;
    call->handle = handle_new(HANDLE_CALL, call);
    if (!call->handle) {
        memory_free(call);
        return NULL;
    }
    call->number = ++provider.last_call_number ? provider.last_call_number : ++provider.last_call_number;
    call->state = LINECALLSTATE_UNKNOWN;
    GetSystemTime(&call->since);
    call->next = line->calls;
    line->calls = call;
    trim(line);
    return call;
}

static LONG make_call(DRV_REQUESTID request, struct line *line, HTAPICALL ht, LPHDRVCALL handle, const WCHAR *to,
                      DWORD country, const LINECALLPARAMS *params)
{
    char address[ADDRESS_BYTES];
    LONG error = read_address(to, address);
    if (error == 0)
        error = check_call_params(params);
    if (error == 0)
        error = check_origin(params);
    if (error == 0 && line->live)
        error = LINE_ERROR(CALLUNAVAIL);
    if (error == 0 && (line->removed || !link_hurry(line)))
        error = LINE_ERROR(INVALLINESTATE);
    if (error)
        return error;
    while (*to == ' ')
        to++;
    struct call *call = new_call(line, ht);
    if (!call)
        return LINE_ERROR(NOMEM);
    memcpy(call->address, address, sizeof address);
    call->make_request = request;
    call->country = country;
    call->param_flags = params ? params->dwCallParamFlags : 0;
    call->deadline = GetTickCount64() + WAIT_MS;
    text_copy(call->caller_id, PARTY_TEXT, line->settings.terminal);
    memcpy(call->called_id, to, address_length(to, L"|^") * sizeof(WCHAR)); /* checked: it is no longer than a name */
    line->live = call;
    calls_offer(line);
    *handle = (HDRVCALL)(ULONG_PTR)call->handle;
    if (link_clear(line))
        calls_on_clear(line);
    return (LONG)request;
}

LONG TSPIAPI TSPI_lineMakeCall(DRV_REQUESTID dwRequestID, HDRVLINE hdLine, HTAPICALL htCall, LPHDRVCALL lphdCall,
                               LPCWSTR lpszDestAddress, DWORD dwCountryCode, LPLINECALLPARAMS const lpCallParams)
{
    if (!lphdCall)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    if (line)
        result = make_call(dwRequestID, line, htCall, lphdCall, lpszDestAddress, dwCountryCode, lpCallParams);
    model_unlock();
    trace(L"lineMakeCall: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineDrop(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCSTR lpsUserUserInfo, DWORD dwSize)
{
    (void)lpsUserUserInfo; /* many applications send some without being asked */
    (void)dwSize;
    model_lock();
    struct call *call = call_of_handle(hdCall);
    if (call) {
        call_hang_up(call);
        event_complete(call->line, call, dwRequestID, 0); /* also when it is over already: applications drop twice */
    }
    model_unlock();
    trace(L"lineDrop: request %x", dwRequestID);
    return call ? (LONG)dwRequestID : LINE_ERROR(INVALCALLHANDLE);
}

LONG TSPIAPI TSPI_lineCloseCall(HDRVCALL hdCall)
{
    struct event *last = NULL;
    model_lock();
    struct call *call = call_of_handle(hdCall);
    if (call) {
        call_let_go(call);
        last = events_take(call->line, call);
        call_free(call);
    }
    model_unlock();
    if (!call)
        return LINE_ERROR(OPERATIONFAILED);
    trace(L"lineCloseCall");
    events_last(last);
    return 0;
}

LONG TSPIAPI TSPI_lineGetCallAddressID(HDRVCALL hdCall, LPDWORD lpdwAddressID)
{
    if (!lpdwAddressID)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct call *call = call_of_handle(hdCall);
    model_unlock();
    if (!call)
        return LINE_ERROR(OPERATIONFAILED);
    *lpdwAddressID = 0;
    return 0;
}

LONG TSPIAPI TSPI_lineGetCallInfo(HDRVCALL hdCall, LPLINECALLINFO lpCallInfo)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = call ? fill_call_info(call, lpCallInfo) : LINE_ERROR(INVALCALLHANDLE);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineGetCallStatus(HDRVCALL hdCall, LPLINECALLSTATUS lpCallStatus)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = call ? fill_call_status(call, lpCallStatus) : LINE_ERROR(INVALCALLHANDLE);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineSetAppSpecific(HDRVCALL hdCall, DWORD dwAppSpecific)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    if (call && call->app_specific != dwAppSpecific) {
        call->app_specific = dwAppSpecific;
        if (call->phase == CALL_ACCEPTED)
            event_line(call->line, call, LINE_CALLINFO, LINECALLINFOSTATE_APPSPECIFIC, 0, 0);
    }
    model_unlock();
    return call ? 0 : LINE_ERROR(INVALCALLHANDLE);
}

LONG TSPIAPI TSPI_lineDial(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCWSTR lpszDestAddress, DWORD dwCountryCode)
{
    (void)dwRequestID, (void)hdCall, (void)lpszDestAddress, (void)dwCountryCode;
    return LINE_ERROR(OPERATIONUNAVAIL);
}

LONG TSPIAPI TSPI_lineAnswer(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCSTR lpsUserUserInfo, DWORD dwSize)
{
    (void)dwRequestID, (void)hdCall, (void)lpsUserUserInfo, (void)dwSize;
    return LINE_ERROR(OPERATIONUNAVAIL);
}
