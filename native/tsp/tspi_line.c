/* The exports that deal with one line, open or not. */
#include "announce.h"
#include "call_params.h"
#include "events.h"
#include "features.h"
#include "fill_line.h"
#include "line.h"
#include "memory.h"
#include "tapi_version.h"
#include "trace.h"

LONG TSPIAPI TSPI_lineGetDevCaps(DWORD dwDeviceID, DWORD dwTSPIVersion, DWORD dwExtVersion,
                                 LPLINEDEVCAPS lpLineDevCaps)
{
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    if (dwExtVersion)
        return LINE_ERROR(INCOMPATIBLEEXTVERSION);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    LONG result = line ? fill_device_caps(line, dwTSPIVersion, lpLineDevCaps) : LINE_ERROR(NODRIVER);
    model_unlock();
    return result;
}

/* TAPI opens a line once for all programs that use it. It must not take long, so connecting goes on behind it. */
LONG TSPIAPI TSPI_lineOpen(DWORD dwDeviceID, HTAPILINE htLine, LPHDRVLINE lphdLine, DWORD dwTSPIVersion,
                           LINEEVENT lpfnEventProc)
{
    if (!lphdLine || !lpfnEventProc)
        return LINE_ERROR(INVALPOINTER);
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    LONG result = line ? line_open(line, htLine, dwTSPIVersion, lpfnEventProc) : LINE_ERROR(NODRIVER);
    if (result == 0)
        *lphdLine = (HDRVLINE)(ULONG_PTR)line->handle;
    model_unlock();
    trace(L"lineOpen: device %u, version %x, result %x", dwDeviceID, dwTSPIVersion, (DWORD)result);
    return result;
}

/* When it returns, every request of the line is completed and nothing more is told of it (TSPI_lineClose): events_last
 * sees to that, without the lock, since it waits for a callback that may want to enter. */
LONG TSPIAPI TSPI_lineClose(HDRVLINE hdLine)
{
    struct event *last = NULL;
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        last = line_close(line);
    model_unlock();
    if (!line)
        return LINE_ERROR(OPERATIONFAILED);
    trace(L"lineClose");
    events_last(last);
    return 0;
}

LONG TSPIAPI TSPI_lineGetLineDevStatus(HDRVLINE hdLine, LPLINEDEVSTATUS lpLineDevStatus)
{
    model_lock();
    struct line *line = line_of_handle(hdLine);
    LONG result = line ? fill_device_status(line, lpLineDevStatus) : LINE_ERROR(INVALLINEHANDLE);
    model_unlock();
    return result;
}

/* In which media modes programs want calls: all that they have asked for together. TAPI calls it in every lineOpen, which
 * fails if this does. */
LONG TSPIAPI TSPI_lineSetDefaultMediaDetection(HDRVLINE hdLine, DWORD dwMediaModes)
{
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line) {
        bool wanted = line->media_detection & LINEMEDIAMODE_INTERACTIVEVOICE;
        line->media_detection = dwMediaModes;
        if (!wanted && dwMediaModes & LINEMEDIAMODE_INTERACTIVEVOICE)
            announce_again(line);
        line_settle(line);
    }
    model_unlock();
    trace(L"lineSetDefaultMediaDetection: %x", dwMediaModes);
    return line ? 0 : LINE_ERROR(INVALLINEHANDLE);
}

/* An application opens any line (LINEMAPPER) that can make the call which it describes: success says that this one
 * can, now. The media modes are those of the calls that it wants to be told of; as for one line, whatever they are
 * is no reason to refuse it. */
LONG TSPIAPI TSPI_lineConditionalMediaDetection(HDRVLINE hdLine, DWORD dwMediaModes,
                                                LPLINECALLPARAMS const lpCallParams)
{
    (void)dwMediaModes;
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        result = call_params_check(lpCallParams);
    if (line && result == 0 && (!call_params_fit_line(lpCallParams, line) || !line_can_call(line)))
        result = LINE_ERROR(RESOURCEUNAVAIL);
    model_unlock();
    return result;
}

/* Anything may be asked for; what we never tell of does no harm. */
LONG TSPIAPI TSPI_lineSetStatusMessages(HDRVLINE hdLine, DWORD dwLineStates, DWORD dwAddressStates)
{
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line) {
        line->wanted_line_states = dwLineStates;
        line->wanted_address_states = dwAddressStates;
    }
    model_unlock();
    return line ? 0 : LINE_ERROR(INVALLINEHANDLE);
}

static LONG write_id(VARSTRING *out, DWORD id)
{
    if (!out)
        return LINE_ERROR(INVALPOINTER);
    if (out->dwTotalSize < sizeof *out)
        return LINE_ERROR(STRUCTURETOOSMALL);
    bool fits = out->dwTotalSize >= sizeof *out + sizeof id;
    out->dwNeededSize = sizeof *out + sizeof id;
    out->dwUsedSize = fits ? out->dwNeededSize : sizeof *out;
    out->dwStringFormat = STRINGFORMAT_BINARY;
    out->dwStringSize = fits ? sizeof id : 0;
    out->dwStringOffset = fits ? sizeof *out : 0;
    if (fits)
        memcpy((BYTE *)out + sizeof *out, &id, sizeof id);
    return 0;
}

static LONG get_id(HDRVLINE hdLine, DWORD address_id, HDRVCALL hdCall, DWORD select, VARSTRING *out,
                   const WCHAR *device_class)
{
    struct line *line;
    if (select == LINECALLSELECT_CALL) {
        struct call *call = call_of_handle(hdCall);
        if (!call)
            return LINE_ERROR(INVALCALLHANDLE);
        line = call->line;
    } else {
        line = line_of_handle(hdLine);
        if (!line)
            return LINE_ERROR(INVALLINEHANDLE);
        if (select != LINECALLSELECT_LINE && select != LINECALLSELECT_ADDRESS)
            return LINE_ERROR(INVALCALLSELECT);
        if (select == LINECALLSELECT_ADDRESS && address_id)
            return LINE_ERROR(INVALADDRESSID);
    }
    if (CompareStringOrdinal(device_class, -1, L"tapi/line", -1, TRUE) != CSTR_EQUAL)
        return LINE_ERROR(NODEVICE);
    return write_id(out, line->device_id);
}

LONG TSPIAPI TSPI_lineGetID(HDRVLINE hdLine, DWORD dwAddressID, HDRVCALL hdCall, DWORD dwSelect,
                            LPVARSTRING lpDeviceID, LPCWSTR lpszDeviceClass, HANDLE hTargetProcess)
{
    (void)hTargetProcess; /* no handle is given, so it may be another machine's too */
    if (!lpszDeviceClass)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    LONG result = get_id(hdLine, dwAddressID, hdCall, dwSelect, lpDeviceID, lpszDeviceClass);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineGetIcon(DWORD dwDeviceID, LPCWSTR lpszDeviceClass, LPHICON lphIcon)
{
    (void)lpszDeviceClass;
    if (!lphIcon)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    bool known = line_of_device(dwDeviceID) != NULL;
    model_unlock();
    if (!known)
        return LINE_ERROR(NODRIVER);
    *lphIcon = NULL; /* TAPI shows its own */
    return 0;
}

/* For devices with settings of their own, such as modems. */
LONG TSPIAPI TSPI_lineGetDevConfig(DWORD dwDeviceID, LPVARSTRING lpDeviceConfig, LPCWSTR lpszDeviceClass)
{
    (void)dwDeviceID, (void)lpDeviceConfig, (void)lpszDeviceClass;
    return LINE_ERROR(OPERATIONUNAVAIL);
}

LONG TSPIAPI TSPI_lineSetDevConfig(DWORD dwDeviceID, LPVOID const lpDeviceConfig, DWORD dwSize,
                                   LPCWSTR lpszDeviceClass)
{
    (void)dwDeviceID, (void)lpDeviceConfig, (void)dwSize, (void)lpszDeviceClass;
    return LINE_ERROR(OPERATIONUNAVAIL);
}
