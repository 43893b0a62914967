/* The exports that deal with the provider as a whole. */
#include "events.h"
#include "generic_data.h"
#include "handle.h"
#include "line.h"
#include "line_set.h"
#include "tapi_version.h"
#include "trace.h"
#include "worker.h"

static HINSTANCE instance;

/* Windows holds the loader's lock: nothing may be started or waited for here. The DLL is also loaded by programs,
 * for its dialogs; what only the telephony service needs begins with TSPI_providerInit. */
BOOL WINAPI DllMain(HINSTANCE hinstDLL, DWORD fdwReason, LPVOID lpvReserved)
{
    (void)lpvReserved;
    if (fdwReason == DLL_PROCESS_ATTACH) {
        instance = hinstDLL;
        DisableThreadLibraryCalls(hinstDLL);
    }
    return TRUE;
}

static LONG enumerate(DWORD permanent_id)
{
    if (provider.enumerated)
        return provider.permanent_id == permanent_id ? 0 : LINE_ERROR(NOMULTIPLEINSTANCE);
    LONG error = line_set_load();
    if (error) {
        line_set_free();
        return error;
    }
    provider.permanent_id = permanent_id;
    provider.enumerated = true;
    return 0;
}

/* Comes before TSPI_providerInit, and tells how many lines there will be. */
LONG TSPIAPI TSPI_providerEnumDevices(DWORD dwPermanentProviderID, LPDWORD lpdwNumLines, LPDWORD lpdwNumPhones,
                                      HPROVIDER hProvider, LINEEVENT lpfnLineCreateProc,
                                      PHONEEVENT lpfnPhoneCreateProc)
{
    (void)lpfnPhoneCreateProc;
    if (!lpdwNumLines || !lpdwNumPhones)
        return LINE_ERROR(INVALPOINTER);
    trace_configure();
    model_lock();
    LONG result = enumerate(dwPermanentProviderID);
    if (result == 0) {
        provider.handle = hProvider;
        provider.create_proc = lpfnLineCreateProc;
        *lpdwNumLines = provider.line_count;
        *lpdwNumPhones = 0;
    }
    model_unlock();
    trace(L"providerEnumDevices: %u lines, result %x", provider.line_count, (DWORD)result);
    return result;
}

static LONG start(DWORD base, DWORD_PTR count, ASYNC_COMPLETION completion_proc)
{
    for (DWORD i = 0; i < provider.line_count && i < count; i++) {
        provider.lines[i]->device_id = base + i;
        provider.lines[i]->has_device = true;
    }
    provider.completion_proc = completion_proc;
    if (events_start() && worker_start()) {
        provider.references = 1;
        return 0;
    }
    events_stop();
    return LINE_ERROR(RESOURCEUNAVAIL);
}

LONG TSPIAPI TSPI_providerInit(DWORD dwTSPIVersion, DWORD dwPermanentProviderID, DWORD dwLineDeviceIDBase,
                               DWORD dwPhoneDeviceIDBase, DWORD_PTR dwNumLines, DWORD_PTR dwNumPhones,
                               ASYNC_COMPLETION lpfnCompletionProc, LPDWORD lpdwTSPIOptions)
{
    (void)dwPhoneDeviceIDBase, (void)dwNumPhones;
    if (!is_our_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    if (!lpfnCompletionProc)
        return LINE_ERROR(INVALPOINTER);
    if (lpdwTSPIOptions)
        *lpdwTSPIOptions = 0; /* any thread may enter at any time */
    model_lock();
    LONG result = enumerate(dwPermanentProviderID);
    if (result == 0 && provider.references > 0)
        provider.references++; /* pairs of Init and Shutdown may overlap */
    else if (result == 0)
        result = start(dwLineDeviceIDBase, dwNumLines, lpfnCompletionProc);
    model_unlock();
    trace(L"providerInit: version %x, provider %u, result %x", dwTSPIVersion, dwPermanentProviderID, (DWORD)result);
    return result;
}

/* Those that TAPI has not closed. */
static void close_lines(void)
{
    for (DWORD i = 0; i < provider.line_count; i++) {
        struct event *last = NULL;
        model_lock();
        bool open = provider.lines[i]->open;
        if (open)
            last = line_close(provider.lines[i]);
        model_unlock();
        if (open)
            events_last(last);
    }
}

static void release(void)
{
    model_lock();
    line_set_free();
    handle_free_all();
    events_stop();
    provider.enumerated = false;
    provider.completion_proc = NULL;
    provider.create_proc = NULL;
    provider.handle = NULL;
    model_unlock();
}

/* The DLL may be unloaded when it returns: no thread of ours may be left, or must at least hold a reference to it.
 * Nothing is kept for the next start (TSPI, Life Cycle of a Telephony Service Provider). */
LONG TSPIAPI TSPI_providerShutdown(DWORD dwTSPIVersion, DWORD dwPermanentProviderID)
{
    if (!is_our_version(dwTSPIVersion))
        return LINE_ERROR(INCOMPATIBLEAPIVERSION);
    model_lock();
    bool ours = provider.references > 0 && provider.permanent_id == dwPermanentProviderID;
    bool last = ours && --provider.references == 0;
    model_unlock();
    if (!ours)
        return LINE_ERROR(OPERATIONFAILED);
    if (last) {
        close_lines();
        /* A worker that is still in a callback after its time keeps what it uses. */
        if (worker_stop())
            release();
        trace(L"providerShutdown");
        trace_stop();
    }
    return 0;
}

/* TAPI's answer to LINE_CREATE, which line_set.c sends for a new line: now it has a device id. */
LONG TSPIAPI TSPI_providerCreateLineDevice(DWORD_PTR dwTempID, DWORD dwDeviceID)
{
    LONG result = LINE_ERROR(BADDEVICEID);
    model_lock();
    if (dwTempID >= 1 && dwTempID <= provider.line_count && !provider.lines[dwTempID - 1]->has_device) {
        struct line *line = provider.lines[dwTempID - 1];
        line->device_id = dwDeviceID;
        line->has_device = true;
        if (line->removed) /* meanwhile */
            event_device(LINE_REMOVE, dwDeviceID, 0);
        result = 0;
    }
    model_unlock();
    return result;
}

/* Where the TUISPI_ functions are: in this very file, so that there is one to install. */
LONG TSPIAPI TSPI_providerUIIdentify(LPWSTR lpszUIDLLName)
{
    if (!lpszUIDLLName)
        return LINE_ERROR(INVALPOINTER);
    DWORD length = GetModuleFileNameW(instance, lpszUIDLLName, MAX_PATH);
    return length > 0 && length < MAX_PATH ? 0 : LINE_ERROR(OPERATIONFAILED);
}

/* The dialog of a program asks which line of the settings a device id is. */
LONG TSPIAPI TSPI_providerGenericDialogData(DWORD_PTR dwObjectID, DWORD dwObjectType, LPVOID lpParams, DWORD dwSize)
{
    struct generic_data *data = lpParams;
    if (!data || dwSize != sizeof *data || dwObjectType != TUISPIDLL_OBJECT_LINEID)
        return LINE_ERROR(INVALPARAM);
    model_lock();
    struct line *line = line_of_device((DWORD)dwObjectID);
    data->device_id = (DWORD)dwObjectID;
    data->index = line ? line->settings.index : 0;
    model_unlock();
    return line ? 0 : LINE_ERROR(NODRIVER);
}

LONG TSPIAPI TSPI_providerFreeDialogInstance(HDRVDIALOGINSTANCE hdDlgInst)
{
    (void)hdDlgInst;
    return LINE_ERROR(OPERATIONUNAVAIL);
}

/* Newer telephony services call the TUISPI_ ones; the Control Panel looks whether these are there. */
LONG TSPIAPI TSPI_providerInstall(HWND hwndOwner, DWORD dwPermanentProviderID)
{
    (void)hwndOwner, (void)dwPermanentProviderID;
    return 0;
}

LONG TSPIAPI TSPI_providerRemove(HWND hwndOwner, DWORD dwPermanentProviderID)
{
    (void)hwndOwner, (void)dwPermanentProviderID;
    return 0;
}

LONG TSPIAPI TSPI_providerConfig(HWND hwndOwner, DWORD dwPermanentProviderID)
{
    (void)hwndOwner, (void)dwPermanentProviderID;
    return 0;
}
