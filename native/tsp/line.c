/* The exports that deal with one line, open or not. */
#include "calls.h"
#include "events.h"
#include "fill.h"
#include "lines.h"
#include "link.h"
#include "memory.h"
#include "text.h"
#include "trace.h"

static bool is_known_version(DWORD version)
{
    return version >= VERSION_1_4 && version <= VERSION_3_1;
}

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

LONG TSPIAPI TSPI_lineGetAddressCaps(DWORD dwDeviceID, DWORD dwAddressID, DWORD dwTSPIVersion, DWORD dwExtVersion,
                                     LPLINEADDRESSCAPS lpAddressCaps)
{
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    if (dwExtVersion)
        return LINE_ERROR(INCOMPATIBLEEXTVERSION);
    LONG result = LINE_ERROR(NODRIVER);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    if (line)
        result = dwAddressID ? LINE_ERROR(INVALADDRESSID) : fill_address_caps(line, dwTSPIVersion, lpAddressCaps);
    model_unlock();
    return result;
}

static LONG open_line(struct line *line, HTAPILINE ht, DWORD version, LINEEVENT proc)
{
    if (line->open)
        return LINE_ERROR(ALLOCATED);
    line->handle = handle_new(HANDLE_LINE, line);
    if (!line->handle)
        return LINE_ERROR(NOMEM);
    line->open = true;
    line->ht = ht;
    line->proc = proc;
    line->version = version;
    line->wanted_line_states = line->wanted_address_states = 0;
    line->media_detection = 0;
    line->service = SERVICE_UNKNOWN;
    link_open(line);
    line->offered = calls_possible(line);
    line->offer_unsure = false;
    return 0;
}

LONG TSPIAPI TSPI_lineOpen(DWORD dwDeviceID, HTAPILINE htLine, LPHDRVLINE lphdLine, DWORD dwTSPIVersion,
                           LINEEVENT lpfnEventProc)
{
    if (!lphdLine || !lpfnEventProc)
        return LINE_ERROR(INVALPOINTER);
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    LONG result = line ? open_line(line, htLine, dwTSPIVersion, lpfnEventProc) : LINE_ERROR(NODRIVER);
    if (result == 0)
        *lphdLine = (HDRVLINE)(ULONG_PTR)line->handle;
    model_unlock();
    trace(L"lineOpen: device %u, version %x, result %x", dwDeviceID, dwTSPIVersion, (DWORD)result);
    return result;
}

struct event *line_close(struct line *line)
{
    if (line->live)
        call_let_go(line->live);
    link_close(line);
    struct event *last = events_take(line, NULL); /* all that was just said of its end, too */
    while (line->calls)
        call_free(line->calls);
    handle_free(line->handle);
    line->handle = 0;
    line->open = false;
    return last;
}

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

LONG TSPIAPI TSPI_lineGetNumAddressIDs(HDRVLINE hdLine, LPDWORD lpdwNumAddressIDs)
{
    if (!lpdwNumAddressIDs)
        return LINE_ERROR(INVALPOINTER);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    model_unlock();
    if (!line)
        return LINE_ERROR(INVALLINEHANDLE);
    *lpdwNumAddressIDs = 1;
    return 0;
}

LONG TSPIAPI TSPI_lineGetAddressID(HDRVLINE hdLine, LPDWORD lpdwAddressID, DWORD dwAddressMode, LPCWSTR lpsAddress,
                                   DWORD dwSize)
{
    (void)dwSize; /* bytes or characters, with the terminating zero or without: the zero itself is sure to be there */
    if (!lpdwAddressID || !lpsAddress)
        return LINE_ERROR(INVALPOINTER);
    if (dwAddressMode != LINEADDRESSMODE_DIALABLEADDR)
        return LINE_ERROR(INVALADDRESSMODE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    bool is_it = line && line->settings.terminal[0] && text_equal(line->settings.terminal, lpsAddress);
    model_unlock();
    if (is_it)
        *lpdwAddressID = 0;
    return is_it ? 0 : line ? LINE_ERROR(INVALADDRESS) : LINE_ERROR(INVALLINEHANDLE);
}

LONG TSPIAPI TSPI_lineGetAddressStatus(HDRVLINE hdLine, DWORD dwAddressID, LPLINEADDRESSSTATUS lpAddressStatus)
{
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        result = dwAddressID ? LINE_ERROR(INVALADDRESSID) : fill_address_status(line, lpAddressStatus);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineGetLineDevStatus(HDRVLINE hdLine, LPLINEDEVSTATUS lpLineDevStatus)
{
    model_lock();
    struct line *line = line_of_handle(hdLine);
    LONG result = line ? fill_device_status(line, lpLineDevStatus) : LINE_ERROR(INVALLINEHANDLE);
    model_unlock();
    return result;
}

LONG TSPIAPI TSPI_lineSetDefaultMediaDetection(HDRVLINE hdLine, DWORD dwMediaModes)
{
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        line->media_detection = dwMediaModes;
    model_unlock();
    trace(L"lineSetDefaultMediaDetection: %x", dwMediaModes);
    return line ? 0 : LINE_ERROR(INVALLINEHANDLE);
}

/* Whether the line has the address that a call is to be made from, if one is named by its digits. */
static bool has_origin(const struct line *line, const LINECALLPARAMS *params)
{
    if (!params || params->dwAddressMode != LINEADDRESSMODE_DIALABLEADDR || !params->dwOrigAddressSize)
        return true;
    DWORD size = params->dwOrigAddressSize, offset = params->dwOrigAddressOffset;
    if (size > params->dwTotalSize || offset > params->dwTotalSize - size)
        return false;
    const WCHAR *origin = (const WCHAR *)(const void *)((const BYTE *)params + offset), *ours = line->settings.terminal;
    DWORD length = size / sizeof(WCHAR), i = 0;
    while (i < length && origin[i] && origin[i] == ours[i])
        i++;
    return !ours[i] && (i == length || !origin[i]);
}

/* An application opens any line that can make the call which it describes. The media modes are those of the calls that
 * it wants to be told of; as for one line, whatever they are is no reason to refuse it. */

LONG TSPIAPI TSPI_lineConditionalMediaDetection(HDRVLINE hdLine, DWORD dwMediaModes,
                                                LPLINECALLPARAMS const lpCallParams)
{
    (void)dwMediaModes;
    LONG result = LINE_ERROR(INVALLINEHANDLE);
    model_lock();
    struct line *line = line_of_handle(hdLine);
    if (line)
        result = check_call_params(lpCallParams);
    if (line && result == 0 && (!has_origin(line, lpCallParams) || !calls_possible(line)))
        result = LINE_ERROR(RESOURCEUNAVAIL);
    model_unlock();
    return result;
}

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

LONG TSPIAPI TSPI_lineGetExtensionID(DWORD dwDeviceID, DWORD dwTSPIVersion, LPLINEEXTENSIONID lpExtensionID)
{
    if (!lpExtensionID)
        return LINE_ERROR(INVALPOINTER);
    if (!is_known_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    model_lock();
    struct line *line = line_of_device(dwDeviceID);
    model_unlock();
    if (!line)
        return LINE_ERROR(NODRIVER);
    *lpExtensionID = (LINEEXTENSIONID){0}; /* no extensions */
    return 0;
}

LONG TSPIAPI TSPI_lineNegotiateExtVersion(DWORD dwDeviceID, DWORD dwTSPIVersion, DWORD dwLowVersion,
                                          DWORD dwHighVersion, LPDWORD lpdwExtVersion)
{
    (void)dwDeviceID, (void)dwTSPIVersion, (void)dwHighVersion;
    if (!lpdwExtVersion)
        return LINE_ERROR(INVALPOINTER);
    if (dwLowVersion)
        return LINE_ERROR(INCOMPATIBLEEXTVERSION);
    *lpdwExtVersion = 0;
    return 0;
}

LONG TSPIAPI TSPI_lineSelectExtVersion(HDRVLINE hdLine, DWORD dwExtVersion)
{
    (void)hdLine;
    return dwExtVersion ? LINE_ERROR(INCOMPATIBLEEXTVERSION) : 0;
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
