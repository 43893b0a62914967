/* The exports that deal with one call. */
#include "calls.h"
#include "events.h"
#include "fill.h"
#include "lines.h"
#include "link.h"
#include "memory.h"
#include "text.h"
#include "trace.h"

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

static bool is_dialable(const WCHAR *at, const WCHAR *end)
{
    if (*at == 'T' || *at == 't' || *at == 'P' || *at == 'p')
        at++;
    for (; at < end; at++)
        if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || *at == '*' ||
            *at == '#' || *at >= 0x80)
            return true;
    return false;
}

static bool is_uri(const WCHAR *address)
{
    return CompareStringOrdinal(address, 4, L"sip:", 4, TRUE) == CSTR_EQUAL;
}

/* The first of the addresses, as it is: subaddress and name are for the Smart Messenger to take off. */
static LONG read_address(const WCHAR *text, char *address)
{
    WCHAR first[SESSION_MAX_ADDRESS + 1];
    DWORD length = 0, number;
    if (!text)
        return LINE_ERROR(INVALADDRESS);
    for (; text[length] && text[length] != '\r' && text[length] != '\n'; length++) {
        if (length == SESSION_MAX_ADDRESS || text[length] < ' ')
            return LINE_ERROR(INVALADDRESS);
        first[length] = text[length];
    }
    first[length] = 0;
    for (number = 0; number < length && first[number] != '|' && first[number] != '^'; number++)
        ;
    if (number == 0)
        return LINE_ERROR(INVALADDRESS);
    bool uri = number >= 4 && is_uri(first);
    LONG error = uri ? 0 : check_modifiers(first, first + number);
    if (error == 0 && !is_dialable(uri ? first + 4 : first, first + number))
        error = LINE_ERROR(INVALADDRESS);
    if (error == 0 && !text_to_utf8(first, address, ADDRESS_BYTES))
        error = LINE_ERROR(INVALADDRESS);
    return error;
}

/* The structure's size is the application's, or that of the version it speaks. */
LONG check_call_params(const LINECALLPARAMS *params)
{
    if (!params)
        return 0;
    if (params->dwBearerMode && !(params->dwBearerMode & (LINEBEARERMODE_VOICE | LINEBEARERMODE_SPEECH)))
        return LINE_ERROR(BEARERMODEUNAVAIL);
    if (params->dwMediaMode & ~(DWORD)(LINEMEDIAMODE_INTERACTIVEVOICE | LINEMEDIAMODE_UNKNOWN))
        return LINE_ERROR(INVALMEDIAMODE);
    if (params->dwAddressMode == LINEADDRESSMODE_ADDRESSID && params->dwAddressID != 0)
        return LINE_ERROR(INVALADDRESSID);
    return 0;
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
    if (error == 0 && line->live)
        error = LINE_ERROR(CALLUNAVAIL);
    if (error == 0 && (line->removed || !link_promising(line)))
        error = LINE_ERROR(INVALLINESTATE);
    if (error)
        return error;
    struct call *call = new_call(line, ht);
    if (!call)
        return LINE_ERROR(NOMEM);
    memcpy(call->address, address, sizeof address);
    call->make_request = request;
    call->country = country;
    call->param_flags = params ? params->dwCallParamFlags : 0;
    call->deadline = GetTickCount64() + WAIT_MS;
    text_copy(call->caller_id, PARTY_TEXT, line->settings.terminal);
    for (DWORD i = 0; to[i] && to[i] != '\r' && to[i] != '\n' && to[i] != '|' && to[i] != '^'; i++)
        call->called_id[i] = to[i];
    line->live = call;
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
        call_hang_up(call, true);
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
        call_hang_up(call, false);
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
