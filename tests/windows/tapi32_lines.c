/* The lines of the stand-in for Windows' tapi32.dll: it loads the provider from System32 into the program itself, and
 * hands its functions and events on, as the telephony service does. One line is open at a time, with one call. */
#define UNICODE
#include <windows.h>
#include <tapi.h>

#include "tapi32.h"

enum {
    APP = 1,
    OPEN_LINE = 2,
    ONE_CALL = 3,
    PROVIDER_HANDLE = 7,
    QUEUE = 256
};

static HMODULE provider;
static HANDLE queued;
static CRITICAL_SECTION lock;
static LINEMESSAGE queue[QUEUE];
static unsigned first, used;
static DWORD lines, version, request;
static DWORD_PTR open_line, open_call;

#define CALL(name, types, ...) (((LONG(WINAPI *) types)(void *)GetProcAddress(provider, "TSPI_" #name))(__VA_ARGS__))

static void put(DWORD device, DWORD kind, DWORD_PTR one, DWORD_PTR two, DWORD_PTR three)
{
    EnterCriticalSection(&lock);
    if (used < QUEUE)
        queue[(first + used++) % QUEUE] = (LINEMESSAGE){device, kind, 0, one, two, three};
    LeaveCriticalSection(&lock);
    ReleaseSemaphore(queued, 1, NULL);
}

static void CALLBACK on_completion(DWORD number, LONG result)
{
    put(0, LINE_REPLY, number, (DWORD)result, 0);
}

static void CALLBACK on_event(DWORD_PTR line, DWORD_PTR call, DWORD kind, DWORD_PTR one, DWORD_PTR two, DWORD_PTR three)
{
    (void)line;
    if (kind < 32) /* LINE_NEWCALL and other words of TSPI alone are higher */
        put(call ? ONE_CALL : OPEN_LINE, kind, one, two, three);
}

LONG WINAPI lineInitializeExW(HLINEAPP *app, HINSTANCE instance, LINECALLBACK callback, LPCWSTR name, DWORD *count,
                              DWORD *newest, LINEINITIALIZEEXPARAMS *parameters)
{
    DWORD phones = 0, options = 0;
    (void)instance, (void)callback, (void)name, (void)parameters;
    *count = lines = 0;
    *app = APP;
    queued = CreateSemaphoreW(NULL, 0, QUEUE, NULL);
    InitializeCriticalSection(&lock);
    if (!tapi32_providers())
        return 0;
    provider = LoadLibraryW(L"offhook.tsp");
    if (!provider)
        return LINEERR_NODRIVER;
    if (CALL(lineNegotiateTSPIVersion, (DWORD, DWORD, DWORD, DWORD *), INITIALIZE_NEGOTIATION, 0x10003, *newest, &version))
        return LINEERR_OPERATIONFAILED;
    if (CALL(providerEnumDevices, (DWORD, DWORD *, DWORD *, DWORD_PTR, void *, void *), TAPI32_FIRST_ID, &lines, &phones,
             PROVIDER_HANDLE, (void *)on_event, NULL))
        return LINEERR_OPERATIONFAILED;
    if (CALL(providerInit, (DWORD, DWORD, DWORD, DWORD, DWORD_PTR, DWORD_PTR, void *, DWORD *), version, TAPI32_FIRST_ID,
             0, 0, lines, 0, (void *)on_completion, &options))
        return LINEERR_OPERATIONFAILED;
    *count = lines;
    return 0;
}

LONG WINAPI lineNegotiateAPIVersion(HLINEAPP app, DWORD device, DWORD low, DWORD high, DWORD *agreed,
                                    LINEEXTENSIONID *extension)
{
    (void)app, (void)extension;
    return CALL(lineNegotiateTSPIVersion, (DWORD, DWORD, DWORD, DWORD *), device, low, high, agreed);
}

LONG WINAPI lineGetDevCapsW(HLINEAPP app, DWORD device, DWORD agreed, DWORD extension, LINEDEVCAPS *caps)
{
    (void)app;
    return CALL(lineGetDevCaps, (DWORD, DWORD, DWORD, LINEDEVCAPS *), device, agreed, extension, caps);
}

LONG WINAPI lineOpenW(HLINEAPP app, DWORD device, HLINE *line, DWORD agreed, DWORD extension, DWORD_PTR instance,
                      DWORD privileges, DWORD modes, LPLINECALLPARAMS const parameters)
{
    (void)app, (void)extension, (void)instance, (void)privileges, (void)modes, (void)parameters;
    *line = OPEN_LINE;
    return CALL(lineOpen, (DWORD, DWORD_PTR, DWORD_PTR *, DWORD, void *), device, OPEN_LINE, &open_line, agreed,
                (void *)on_event);
}

LONG WINAPI lineGetLineDevStatusW(HLINE line, LINEDEVSTATUS *status)
{
    (void)line;
    return CALL(lineGetLineDevStatus, (DWORD_PTR, LINEDEVSTATUS *), open_line, status);
}

LONG WINAPI lineMakeCallW(HLINE line, HCALL *call, LPCWSTR number, DWORD country, LPLINECALLPARAMS const parameters)
{
    (void)line;
    *call = ONE_CALL;
    return CALL(lineMakeCall, (DWORD, DWORD_PTR, DWORD_PTR, DWORD_PTR *, LPCWSTR, DWORD, const LINECALLPARAMS *), ++request,
                open_line, ONE_CALL, &open_call, number, country, parameters);
}

LONG WINAPI lineDrop(HCALL call, LPCSTR information, DWORD size)
{
    (void)call;
    return CALL(lineDrop, (DWORD, DWORD_PTR, LPCSTR, DWORD), ++request, open_call, information, size);
}

LONG WINAPI lineDeallocateCall(HCALL call)
{
    (void)call;
    return CALL(lineCloseCall, (DWORD_PTR), open_call);
}

LONG WINAPI lineClose(HLINE line)
{
    (void)line;
    return CALL(lineClose, (DWORD_PTR), open_line);
}

LONG WINAPI lineShutdown(HLINEAPP app)
{
    (void)app;
    if (!provider)
        return 0;
    LONG result = CALL(providerShutdown, (DWORD, DWORD), version, TAPI32_FIRST_ID);
    FreeLibrary(provider);
    provider = NULL;
    return result;
}

LONG WINAPI lineGetMessage(HLINEAPP app, LINEMESSAGE *message, DWORD limit)
{
    (void)app;
    if (WaitForSingleObject(queued, limit) != WAIT_OBJECT_0)
        return LINEERR_OPERATIONFAILED;
    EnterCriticalSection(&lock);
    *message = queue[first];
    first = (first + 1) % QUEUE;
    used--;
    LeaveCriticalSection(&lock);
    return 0;
}
