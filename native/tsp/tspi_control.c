/* The exports by which a call is answered, held, transferred, parked and so on. */
#include "call_list.h"
#include "call_state.h"
#include "conference.h"
#include "control.h"
#include "digits.h"
#include "events.h"
#include "features.h"
#include "line.h"
#include "trace.h"
#include "transfer.h"

/* With the lock, for a call that TAPI has; what follows from it is told. */
typedef LONG call_function(struct call *call, DRV_REQUESTID request);

static LONG with_call(const WCHAR *name, HDRVCALL handle, DRV_REQUESTID request, call_function *function)
{
    model_lock();
    struct call *call = call_of_handle(handle);
    LONG result = call ? function(call, request) : LINE_ERROR(INVALCALLHANDLE);
    if (call)
        line_settle(call->line);
    model_unlock();
    trace(L"%s: request %x, result %x", name, request, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineAnswer(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCSTR lpsUserUserInfo, DWORD dwSize)
{
    (void)lpsUserUserInfo, (void)dwSize;
    return with_call(L"lineAnswer", hdCall, dwRequestID, control_answer);
}

LONG TSPIAPI TSPI_lineAccept(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCSTR lpsUserUserInfo, DWORD dwSize)
{
    (void)lpsUserUserInfo, (void)dwSize;
    return with_call(L"lineAccept", hdCall, dwRequestID, control_accept);
}

LONG TSPIAPI TSPI_lineHold(DRV_REQUESTID dwRequestID, HDRVCALL hdCall)
{
    return with_call(L"lineHold", hdCall, dwRequestID, control_hold);
}

LONG TSPIAPI TSPI_lineUnhold(DRV_REQUESTID dwRequestID, HDRVCALL hdCall)
{
    return with_call(L"lineUnhold", hdCall, dwRequestID, control_unhold);
}

LONG TSPIAPI TSPI_lineRedirect(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCWSTR lpszDestAddress, DWORD dwCountryCode)
{
    (void)dwCountryCode;
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = call ? control_redirect(call, dwRequestID, lpszDestAddress) : LINE_ERROR(INVALCALLHANDLE);
    if (call)
        line_settle(call->line);
    model_unlock();
    trace(L"lineRedirect: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineBlindTransfer(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCWSTR lpszDestAddress,
                                    DWORD dwCountryCode)
{
    (void)dwCountryCode;
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = call ? control_blind_transfer(call, dwRequestID, lpszDestAddress) : LINE_ERROR(INVALCALLHANDLE);
    if (call)
        line_settle(call->line);
    model_unlock();
    trace(L"lineBlindTransfer: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineSwapHold(DRV_REQUESTID dwRequestID, HDRVCALL hdActiveCall, HDRVCALL hdHeldCall)
{
    model_lock();
    struct call *active = call_of_handle(hdActiveCall), *held = call_of_handle(hdHeldCall);
    LONG result = active && held ? control_swap(active, held, dwRequestID) : LINE_ERROR(INVALCALLHANDLE);
    if (active && held)
        line_settle(active->line);
    model_unlock();
    trace(L"lineSwapHold: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineSetupTransfer(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, HTAPICALL htConsultCall,
                                    LPHDRVCALL lphdConsultCall, LPLINECALLPARAMS const lpCallParams)
{
    if (!lphdConsultCall)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    if (call) {
        result = transfer_setup(call, dwRequestID, htConsultCall, lphdConsultCall, lpCallParams, PENDING_TRANSFER);
        line_settle(call->line);
    }
    model_unlock();
    trace(L"lineSetupTransfer: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineDial(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, LPCWSTR lpszDestAddress, DWORD dwCountryCode)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = call ? transfer_dial(call, dwRequestID, lpszDestAddress, dwCountryCode) : LINE_ERROR(INVALCALLHANDLE);
    if (call)
        line_settle(call->line);
    model_unlock();
    trace(L"lineDial: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineCompleteTransfer(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, HDRVCALL hdConsultCall,
                                       HTAPICALL htConfCall, LPHDRVCALL lphdConfCall, DWORD dwTransferMode)
{
    model_lock();
    struct call *call = call_of_handle(hdCall), *consultation = call_of_handle(hdConsultCall);
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    if (call && !consultation)
        result = LINE_ERROR(INVALCONSULTCALLHANDLE);
    else if (call && line_can(call->line, CAN(COMPLETE) | CAN(CONFERENCE)) &&
             dwTransferMode == LINETRANSFERMODE_CONFERENCE)
        result = lphdConfCall ? conference_complete(call, consultation, dwRequestID, htConfCall, lphdConfCall)
                              : LINE_ERROR(INVALPOINTER);
    else if (call && line_can(call->line, CAN(COMPLETE)) && dwTransferMode != LINETRANSFERMODE_TRANSFER)
        result = LINE_ERROR(INVALTRANSFERMODE);
    else if (call)
        result = transfer_complete(call, consultation, dwRequestID);
    if (call)
        line_settle(call->line);
    model_unlock();
    trace(L"lineCompleteTransfer: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineSetupConference(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, HDRVLINE hdLine, HTAPICALL htConfCall,
                                      LPHDRVCALL lphdConfCall, HTAPICALL htConsultCall, LPHDRVCALL lphdConsultCall,
                                      DWORD dwNumParties, LPLINECALLPARAMS const lpCallParams)
{
    (void)hdLine, (void)dwNumParties; /* that many there may be; there is always a call that it begins with */
    if (!lphdConfCall || !lphdConsultCall)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    if (call) {
        result = conference_setup(call, dwRequestID, htConfCall, lphdConfCall, htConsultCall, lphdConsultCall, lpCallParams);
        line_settle(call->line);
    }
    model_unlock();
    trace(L"lineSetupConference: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineAddToConference(DRV_REQUESTID dwRequestID, HDRVCALL hdConfCall, HDRVCALL hdConsultCall)
{
    model_lock();
    struct call *conference = call_of_handle(hdConfCall), *consultation = call_of_handle(hdConsultCall);
    LONG result = conference ? LINE_ERROR(INVALCONSULTCALLHANDLE) : LINE_ERROR(INVALCONFCALLHANDLE);
    if (conference && consultation) {
        result = conference_add(conference, consultation, dwRequestID);
        line_settle(conference->line);
    }
    model_unlock();
    trace(L"lineAddToConference: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineRemoveFromConference(DRV_REQUESTID dwRequestID, HDRVCALL hdCall)
{
    return with_call(L"lineRemoveFromConference", hdCall, dwRequestID, conference_remove);
}

LONG TSPIAPI TSPI_linePrepareAddToConference(DRV_REQUESTID dwRequestID, HDRVCALL hdConfCall, HTAPICALL htConsultCall,
                                             LPHDRVCALL lphdConsultCall, LPLINECALLPARAMS const lpCallParams)
{
    if (!lphdConsultCall)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct call *conference = call_of_handle(hdConfCall);
    LONG result = LINE_ERROR(INVALCONFCALLHANDLE);
    if (conference) {
        result = conference_prepare(conference, dwRequestID, htConsultCall, lphdConsultCall, lpCallParams);
        line_settle(conference->line);
    }
    model_unlock();
    trace(L"linePrepareAddToConference: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_linePark(DRV_REQUESTID dwRequestID, HDRVCALL hdCall, DWORD dwParkMode, LPCWSTR lpszDirAddress,
                           LPVARSTRING lpNonDirAddress)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    if (call) {
        result = control_park(call, dwRequestID, dwParkMode, lpszDirAddress, lpNonDirAddress);
        line_settle(call->line);
    }
    model_unlock();
    trace(L"linePark: request %x, result %x", dwRequestID, (DWORD)result);
    return result;
}

/* Neither the digits nor how many there are go into the trace. */
LONG TSPIAPI TSPI_lineGenerateDigits(HDRVCALL hdCall, DWORD dwEndToEndID, DWORD dwDigitMode, LPCWSTR lpszDigits,
                                     DWORD dwDuration)
{
    model_lock();
    struct call *call = call_of_handle(hdCall);
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    if (call) {
        result = digits_generate(call, dwEndToEndID, dwDigitMode, lpszDigits, dwDuration);
        line_settle(call->line);
    }
    model_unlock();
    trace(L"lineGenerateDigits: result %x", (DWORD)result);
    return result;
}

LONG TSPIAPI TSPI_lineSetMediaMode(HDRVCALL hdCall, DWORD dwMediaMode)
{
    LONG result = LINE_ERROR(INVALCALLHANDLE);
    model_lock();
    struct call *call = call_of_handle(hdCall);
    if (call && line_is_old(call->line)) {
        result = LINE_ERROR(OPERATIONUNAVAIL);
    } else if (call && !(dwMediaMode & LINEMEDIAMODE_INTERACTIVEVOICE)) {
        result = LINE_ERROR(INVALMEDIAMODE);
    } else if (call) {
        if (call->media_mode != dwMediaMode && call->phase == CALL_ACCEPTED)
            event_line(call->line, call, LINE_CALLINFO, LINECALLINFOSTATE_MEDIAMODE, 0, 0);
        call->media_mode = dwMediaMode;
        result = 0;
    }
    model_unlock();
    return result;
}
