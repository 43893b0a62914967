/* The exports that deal with one call. */
#include "call.h"
#include "call_list.h"
#include "call_params.h"
#include "connection.h"
#include "control.h"
#include "dialable.h"
#include "events.h"
#include "features.h"
#include "fill_call.h"
#include "line.h"
#include "memory.h"
#include "text.h"
#include "trace.h"

/* All that can be wrong is looked for before anything is done: an error that is returned at once is final, and nothing
 * may have been dialled. A call that TAPI cannot have while there is another is CALLUNAVAIL, for which dialers have a
 * text of their own. */
static LONG make_call(DRV_REQUESTID request, struct line *line, HTAPICALL ht, LPHDRVCALL handle, const WCHAR *to,
                      DWORD country, const LINECALLPARAMS *params)
{
    char address[ADDRESS_BYTES];
    WCHAR number[PARTY_TEXT];
    LONG error = dialable_read(to, address, number);
    if (error == 0)
        error = call_params_check(params);
    if (error == 0)
        error = call_params_check_origin(params);
    if (error == 0 && !line_is_free(line))
        error = LINE_ERROR(CALLUNAVAIL);
    if (error == 0 && (line->removed || !connection_hurry(line)))
        error = LINE_ERROR(INVALLINESTATE);
    if (error)
        return error;
    struct call *call = call_new(line, ht);
    if (!call)
        return LINE_ERROR(NOMEM);
    memcpy(call->address, address, sizeof address);
    call->make_request = request;
    call->country = country;
    call->param_flags = params ? params->dwCallParamFlags : 0;
    text_copy(call->parties[PARTY_CALLER].id, PARTY_TEXT, line->settings.terminal);
    text_copy(call->parties[PARTY_CALLED].id, PARTY_TEXT, number);
    *handle = (HDRVCALL)(ULONG_PTR)call->handle;
    call_begin(call);
    line_settle(line);
    return (LONG)request; /* positive: completed later (TSPI, Synchronous/Asynchronous Operation Model) */
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
        control_drop(call, dwRequestID, GetTickCount64());
        line_settle(call->line);
    }
    model_unlock();
    trace(L"lineDrop: request %x", dwRequestID);
    return call ? (LONG)dwRequestID : LINE_ERROR(INVALCALLHANDLE);
}

/* May come at any time, also right behind a drop. As with a line, nothing more is told of the call when it returns. */
LONG TSPIAPI TSPI_lineCloseCall(HDRVCALL hdCall)
{
    struct event *last = NULL;
    model_lock();
    struct call *call = call_of_handle(hdCall);
    if (call) {
        struct line *line = call->line;
        control_close(call);
        last = events_take(line, call);
        call_free(call);
        line_settle(line);
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
