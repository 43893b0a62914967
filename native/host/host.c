/* host DLL PORT VERSION: a telephony service that walks a provider through its life, with lines of TSPI VERSION (in
 * hexadecimal, 10004 for 1.4), against the scripted Smart Messenger of tests/native/messenger.py at PORT. */
#include "lines.h"
#include "structures.h"

#include <shellapi.h>

#define DEVICES 5 /* the first of the ids that TAPI gives */
#define PERMANENT 0x21
#define NEWEST 0x20002
#define NEVER_TAKEN 0x66660000 /* a request that is refused at once, so that no completion comes */
#define OTHER_LINE ((HTAPILINE)HANDLE_OF(0x300))
#define ERROR_OF(name) ((DWORD)(LONG)LINEERR_##name)

static DWORD version;
static HDRVLINE line;
static HDRVCALL call;
static DWORD calls;

static HTAPICALL the_call(void)
{
    return (HTAPICALL)HANDLE_OF(0x1000 + calls);
}

static LONG device_caps(void *out)
{
    return CALL(lineGetDevCaps, DEVICES, version, 0, out);
}

static LONG address_caps(void *out)
{
    return CALL(lineGetAddressCaps, DEVICES, 0, version, 0, out);
}

static LONG device_status(void *out)
{
    return CALL(lineGetLineDevStatus, line, out);
}

static LONG address_status(void *out)
{
    return CALL(lineGetAddressStatus, line, 0, out);
}

static LONG call_info(void *out)
{
    return CALL(lineGetCallInfo, call, out);
}

static LONG call_status(void *out)
{
    return CALL(lineGetCallStatus, call, out);
}

/* Before TAPI knows any line. */

static void negotiate(void)
{
    DWORD agreed = 0;
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x30001, &agreed), 0, "negotiate: taken");
    is(agreed, NEWEST, "negotiate: the newest version of both");
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x20001, &agreed), 0,
       "negotiate: with an older service");
    is(agreed, 0x20001, "negotiate: the older service's version");
    is((DWORD)CALL(lineNegotiateTSPIVersion, INITIALIZE_NEGOTIATION, 0x10003, 0x10004, &agreed),
       ERROR_OF(INCOMPATIBLEAPIVERSION), "negotiate: nothing in common is refused");
}

static void start(void)
{
    DWORD lines = 0xA5, phones = 0xA5, options = 0xA5, agreed = 0;
    WCHAR ui[MAX_PATH], own[MAX_PATH];
    is((DWORD)CALL(providerEnumDevices, PERMANENT, &lines, &phones, THE_PROVIDER, on_line_event, NULL), 0,
       "enumerate: taken");
    is(lines, 2, "enumerate: a line for each in the registry");
    is(phones, 0, "enumerate: no phones");
    is((DWORD)CALL(providerInit, NEWEST, PERMANENT, DEVICES, 9, lines, 0, on_completion, &options), 0, "init: taken");
    is(options, 0, "init: any thread may enter");
    is((DWORD)CALL(lineNegotiateTSPIVersion, DEVICES + 1, 0x10003, 0x30001, &agreed), 0, "init: its lines are known");
    is((DWORD)CALL(lineNegotiateTSPIVersion, DEVICES + 2, 0x10003, 0x30001, &agreed), ERROR_OF(NODRIVER),
       "init: no others are");
    is((DWORD)CALL(providerUIIdentify, ui), 0, "UI: told where it is");
    GetModuleFileNameW(provider_module, own, MAX_PATH);
    ok(same_text(ui, own), "UI: the DLL itself");
}

static bool is_zero(const void *bytes, DWORD size)
{
    for (DWORD i = 0; i < size; i++)
        if (((const BYTE *)bytes)[i])
            return false;
    return true;
}

static void ask_what_it_can(void)
{
    LINEEXTENSIONID extension;
    FillMemory(&extension, sizeof extension, 0xA5);
    is((DWORD)CALL(lineGetExtensionID, DEVICES, NEWEST, &extension), 0, "extensions: asked");
    ok(is_zero(&extension, sizeof extension), "extensions: none");
    const LINEDEVCAPS *caps = check_structure(DEVICE_CAPS, version, device_caps, "device caps");
    ok(same_text(text_at(caps, caps->dwLineNameOffset, caps->dwLineNameSize), L"Offhook 4000 \xAE40"),
       "device caps: the line's name");
    is(caps->dwStringFormat, STRINGFORMAT_UNICODE, "device caps: Unicode");
    is(caps->dwPermanentLineID, PERMANENT << 16 | 1, "device caps: a permanent id of the provider and the line");
    is(caps->dwNumAddresses, 1, "device caps: one address");
    is(caps->dwLineFeatures, LINEFEATURE_MAKECALL, "device caps: makes calls");
    is(caps->dwDevCapFlags & LINEDEVCAPFLAGS_CLOSEDROP, 0, "device caps: a call goes on when its line is closed");
    if (version >= 0x20000)
        ok(same_text(text_at(caps, caps->dwDeviceClassesOffset, caps->dwDeviceClassesSize), L"tapi/line"),
           "device caps: its class");
    const LINEADDRESSCAPS *address = check_structure(ADDRESS_CAPS, version, address_caps, "address caps");
    ok(same_text(text_at(address, address->dwAddressOffset, address->dwAddressSize), L"4000"),
       "address caps: the terminal is the address");
    is(address->dwLineDeviceID, DEVICES, "address caps: of this device");
    is(address->dwCallFeatures, LINECALLFEATURE_DROP, "address caps: calls can be dropped");
    is((DWORD)CALL(lineGetAddressCaps, DEVICES, 1, version, 0, (void *)address), ERROR_OF(INVALADDRESSID),
       "address caps: there is no other address");
}

/* The line. */

static void open(void)
{
    DWORD addresses = 0xA5, id = 0xA5;
    HDRVLINE again;
    is((DWORD)CALL(lineOpen, DEVICES, THE_LINE, &line, version, on_line_event), 0, "open: taken");
    ok(line != 0, "open: a handle");
    is((DWORD)CALL(lineOpen, DEVICES, THE_LINE, &again, version, on_line_event), ERROR_OF(ALLOCATED), "open: once only");
    is((DWORD)CALL(lineSetStatusMessages, line, 0x01FFFFFF, 0x1FF), 0, "open: wants to know everything");
    is((DWORD)CALL(lineSetDefaultMediaDetection, line, 0), 0, "open: no media modes");
    is((DWORD)CALL(lineSetDefaultMediaDetection, line, LINEMEDIAMODE_G3FAX), 0, "open: or any");
    const LINEDEVSTATUS *status = check_structure(DEVICE_STATUS, version, device_status, "status at the open");
    is(status->dwLineFeatures, LINEFEATURE_MAKECALL, "open: a call can be made while it connects");
    is((DWORD)CALL(lineConditionalMediaDetection, line, LINEMEDIAMODE_INTERACTIVEVOICE, NULL), 0,
       "open: a call could be made");
    is((DWORD)CALL(lineGetNumAddressIDs, line, &addresses), 0, "open: addresses asked");
    is(addresses, 1, "open: one address");
    is((DWORD)CALL(lineGetAddressID, line, &id, LINEADDRESSMODE_DIALABLEADDR, L"4000", 10), 0, "open: it has the address");
    is(id, 0, "open: which is the first");
}

/* That a line tells so is seen when it has lost its connection. */
static void be_in_service(void)
{
    wait_for_service(line);
    const LINEDEVSTATUS *status = check_structure(DEVICE_STATUS, version, device_status, "line status");
    is(status->dwDevStatusFlags, LINEDEVSTATUSFLAGS_CONNECTED | LINEDEVSTATUSFLAGS_INSERVICE, "line status: in service");
    is(status->dwLineFeatures, LINEFEATURE_MAKECALL, "line status: a call can be made");
    const LINEADDRESSSTATUS *address = check_structure(ADDRESS_STATUS, version, address_status, "address status");
    is(address->dwNumActiveCalls, 0, "address status: no call");
    is(address->dwAddressFeatures, LINEADDRFEATURE_MAKECALL, "address status: a call can be made");
}

static void ask_its_id(void)
{
    static struct {
        VARSTRING head;
        BYTE room[64];
    } id;
    id.head.dwTotalSize = sizeof id;
    is((DWORD)CALL(lineGetID, line, 0, 0, LINECALLSELECT_LINE, &id.head, L"tapi/line", INVALID_HANDLE_VALUE), 0,
       "line id: told, to another machine too");
    is(*(const DWORD *)(const void *)((const BYTE *)&id + id.head.dwStringOffset), DEVICES, "line id: the device's");
    is((DWORD)CALL(lineGetID, line, 0, 0, LINECALLSELECT_LINE, &id.head, L"wave/in", GetCurrentProcess()),
       ERROR_OF(NODEVICE), "line id: no sound device");
}

/* Calls. */

/* The next completion or state is this completion. */
static void completes(DRV_REQUESTID request, DWORD result, const char *name)
{
    struct event event;
    bool good = next_step(&event) && event.is_completion && event.request == request && (DWORD)event.result == result;
    ok(good, "%s", name);
    if (!good)
        say("# got %s: request %x, result %x, message %x, state %x", event.is_completion ? "completion" : "event",
            event.request, event.result, event.message, (DWORD)event.first);
}

/* The next completion or state is this state of the call. */
static void goes_to(DWORD state, DWORD mode, const char *name)
{
    struct event event;
    bool good = next_step(&event) && !event.is_completion && event.line == THE_LINE && event.call == the_call() &&
                event.first == state && event.second == mode && event.third == LINEMEDIAMODE_INTERACTIVEVOICE;
    ok(good, "%s", name);
    if (!good)
        say("# got %s: line %p, call %p, state %x, mode %x, media mode %x", event.is_completion ? "completion" : "event",
            (void *)event.line, (void *)event.call, (DWORD)event.first, (DWORD)event.second, (DWORD)event.third);
}

/* Ask for a call; it is taken on if `request` comes back. */
static DWORD ask(DRV_REQUESTID request, const WCHAR *address)
{
    calls++;
    call = 0;
    told = (struct told){0};
    provider_watch(&call);
    return (DWORD)CALL(lineMakeCall, request, line, the_call(), &call, address, 0, NULL);
}

static void make(const WCHAR *address, const char *name)
{
    DRV_REQUESTID request = new_request();
    struct event event;
    is(ask(request, address), request, name);
    if (!next_step(&event))
        bail_out("%s: nothing comes of it", name);
    ok(event.is_completion && event.request == request && event.result == 0, "%s: completed before its states", name);
    ok(event.handle != 0, "%s: the handle was there before", name);
}

static void drop(const char *name)
{
    DRV_REQUESTID request = new_request();
    is((DWORD)CALL(lineDrop, request, call, NULL, 0), request, name);
    goes_to(LINECALLSTATE_IDLE, 0, "drop: idle before its completion");
    completes(request, 0, "drop: completed");
}

static void close_call(const char *name)
{
    is((DWORD)CALL(lineCloseCall, call), 0, name);
    forget_call(the_call());
}

static void rings(void)
{
    goes_to(LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL, "call: dial tone");
    goes_to(LINECALLSTATE_DIALING, 0, "call: dialling");
    goes_to(LINECALLSTATE_PROCEEDING, 0, "call: proceeding");
    goes_to(LINECALLSTATE_RINGBACK, 0, "call: ringing");
    goes_to(LINECALLSTATE_CONNECTED, version < 0x20000 ? 0 : LINECONNECTEDMODE_ACTIVE, "call: connected");
}

static void look_at_call(void)
{
    DWORD id = 0xA5;
    const LINECALLINFO *info = check_structure(CALL_INFO, version, call_info, "call info");
    ok(same_text(text_at(info, info->dwCallerIDOffset, info->dwCallerIDSize), L"4000"), "call info: who calls");
    ok(same_text(text_at(info, info->dwCallerIDNameOffset, info->dwCallerIDNameSize), L"Kim \xCCA0\xC218"),
       "call info: the caller's name");
    ok(same_text(text_at(info, info->dwConnectedIDOffset, info->dwConnectedIDSize), L"4001"), "call info: who answered");
    ok(same_text(text_at(info, info->dwConnectedIDNameOffset, info->dwConnectedIDNameSize), L"Lee Min-ho"),
       "call info: the name of who answered");
    is(info->dwOrigin, LINECALLORIGIN_OUTBOUND, "call info: an outgoing call");
    is(info->dwLineDeviceID, DEVICES, "call info: of this device");
    const LINECALLSTATUS *status = check_structure(CALL_STATUS, version, call_status, "call status");
    is(status->dwCallState, LINECALLSTATE_CONNECTED, "call status: connected");
    is(status->dwCallFeatures, LINECALLFEATURE_DROP, "call status: can be dropped");
    is((DWORD)CALL(lineGetCallAddressID, call, &id), 0, "call: its address asked");
    is(id, 0, "call: the only one");
    ok(told.call_info & LINECALLINFOSTATE_CALLEDID, "call: told that the called name is known");
    ok(told.call_info & LINECALLINFOSTATE_CONNECTEDID, "call: told who answered");
}

static void answered(void)
{
    make(L"4001", "answered");
    rings();
    look_at_call();
    HDRVCALL first = call, other = 0;
    is((DWORD)CALL(lineMakeCall, NEVER_TAKEN, line, (HTAPICALL)HANDLE_OF(0x9000), &other, L"4002", 0, NULL),
       ERROR_OF(CALLUNAVAIL), "answered: no second call");
    drop("answered: dropped");
    DRV_REQUESTID again = new_request();
    is((DWORD)CALL(lineDrop, again, first, NULL, 0), again, "answered: dropped twice");
    completes(again, 0, "answered: which is no error");
    close_call("answered: closed");
    is((DWORD)CALL(lineGetCallStatus, first, check_structure(ADDRESS_STATUS, version, address_status, "no call")),
       ERROR_OF(INVALCALLHANDLE), "answered: its handle is not known any more");
}

static void busy(void)
{
    make(L"4002", "busy");
    goes_to(LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL, "busy: dial tone");
    goes_to(LINECALLSTATE_DIALING, 0, "busy: dialling");
    goes_to(LINECALLSTATE_DISCONNECTED, LINEDISCONNECTMODE_BUSY, "busy: told");
    goes_to(LINECALLSTATE_IDLE, 0, "busy: idle");
    close_call("busy: closed");
}

static void far_end(void)
{
    make(L"4005", "far end");
    rings();
    goes_to(LINECALLSTATE_DISCONNECTED, LINEDISCONNECTMODE_NORMAL, "far end: hung up");
    goes_to(LINECALLSTATE_IDLE, 0, "far end: idle");
    close_call("far end: closed");
}

/* By the telephony service itself, which does not wait for the completion of a request of number 0. */
static void dropped_by_the_service(void)
{
    make(L"4001", "service");
    rings();
    is((DWORD)CALL(lineDrop, 0, call, NULL, 0), 0, "service: dropped");
    goes_to(LINECALLSTATE_IDLE, 0, "service: idle");
    close_call("service: closed");
}

/* The phone goes on; a completion or a state of it would be told instead of what is waited for next. */
static void let_go(void)
{
    make(L"4001", "let go");
    rings();
    close_call("let go: closed");
}

static void refused(void)
{
    DRV_REQUESTID request = new_request();
    is(ask(request, L"4004"), request, "refused: asked");
    completes(request, ERROR_OF(ADDRESSBLOCKED), "refused: said so");
    CALL(lineCloseCall, call); /* TAPI may do so, or not */
    forget_call(the_call());
}

/* The Smart Messenger has not answered yet. */
static void closed_early(void)
{
    DRV_REQUESTID request = new_request();
    struct event event;
    is(ask(request, L"4003"), request, "closed early: asked");
    is((DWORD)CALL(lineCloseCall, call), 0, "closed early: closed");
    ok(next_step(&event) && event.is_completion && event.request == request && event.result < 0,
       "closed early: the request has failed");
    forget_call(the_call());
}

/* The Smart Messenger goes in the middle of a call, and is back without it. */
static void lost(void)
{
    make(L"4006", "lost");
    rings();
    goes_to(LINECALLSTATE_DISCONNECTED, version < 0x20000 ? LINEDISCONNECTMODE_UNKNOWN : LINEDISCONNECTMODE_TEMPFAILURE,
            "lost: told");
    goes_to(LINECALLSTATE_IDLE, 0, "lost: idle");
    ok(told.line_states & LINEDEVSTATE_OUTOFSERVICE, "lost: the line was out of service");
    ok(told.line_states & LINEDEVSTATE_INSERVICE, "lost: and is back");
    close_call("lost: closed");
}

static void as_it_is(void)
{
    make(L"+82 (2) 568-3848", "canonical");
    goes_to(LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL, "canonical: dial tone");
    goes_to(LINECALLSTATE_DIALING, 0, "canonical: dialling");
    drop("canonical: dropped");
    close_call("canonical: closed");
}

static void is_refused(const WCHAR *address, DWORD error, const char *name)
{
    is(ask(NEVER_TAKEN, address), error, name);
}

static void bad_addresses(void)
{
    WCHAR too_long[66];
    for (int i = 0; i < 65; i++)
        too_long[i] = '4';
    too_long[65] = 0;
    is_refused(NULL, ERROR_OF(INVALADDRESS), "address: none");
    is_refused(L"", ERROR_OF(INVALADDRESS), "address: empty");
    is_refused(L" ()-", ERROR_OF(INVALADDRESS), "address: nothing to dial");
    is_refused(too_long, ERROR_OF(INVALADDRESS), "address: too long");
    is_refused(L"4001;", ERROR_OF(INVALADDRESS), "address: to be continued");
    is_refused(L"4001$", ERROR_OF(DIALBILLING), "address: waits for billing");
    is_refused(L"40?01", ERROR_OF(DIALPROMPT), "address: waits for a person");
    is_refused(L"@4001", ERROR_OF(DIALQUIET), "address: waits for silence");
}

static void bad_handles(void)
{
    DWORD ignored;
    is((DWORD)CALL(lineDrop, NEVER_TAKEN, (HDRVCALL)0x1234, NULL, 0), ERROR_OF(INVALCALLHANDLE), "handle: of no call");
    is((DWORD)CALL(lineGetNumAddressIDs, (HDRVLINE)0x1234, &ignored), ERROR_OF(INVALLINEHANDLE), "handle: of no line");
    is((DWORD)CALL(lineDial, NEVER_TAKEN, call, L"1", 0), ERROR_OF(OPERATIONUNAVAIL), "dial: not offered");
    is((DWORD)CALL(lineAnswer, NEVER_TAKEN, call, NULL, 0), ERROR_OF(OPERATIONUNAVAIL), "answer: not offered");
}

static void close_with_call(void)
{
    make(L"4001", "close");
    rings();
    is((DWORD)CALL(lineClose, line), 0, "close: taken, with a call");
    forget_line(THE_LINE);
    is((DWORD)CALL(lineGetNumAddressIDs, line, &calls), ERROR_OF(INVALLINEHANDLE), "close: the handle is not known any more");
}

static LONG CALLBACK knows_no_device(DWORD_PTR object, DWORD type, LPVOID params, DWORD size)
{
    (void)object, (void)type, (void)params, (void)size;
    return (LONG)LINEERR_NODRIVER;
}

static void ask_dialog(void)
{
    DWORD data[] = {DEVICES, 0xA5};
    is((DWORD)UI_CALL(lineConfigDialog, knows_no_device, DEVICES, NULL, L"wave/in"), ERROR_OF(INVALDEVICECLASS),
       "dialog: none for a sound device");
    is((DWORD)UI_CALL(lineConfigDialog, knows_no_device, DEVICES, NULL, L"tapi/line"), ERROR_OF(NODRIVER),
       "dialog: none for a device that the service does not know");
    is((DWORD)CALL(providerGenericDialogData, DEVICES, TUISPIDLL_OBJECT_LINEID, data, sizeof data), 0,
       "dialog: the service tells it the line");
    is(data[1], 1, "dialog: which is that of the registry");
    is((DWORD)CALL(providerGenericDialogData, DEVICES, TUISPIDLL_OBJECT_LINEID, data, 4), ERROR_OF(INVALPARAM),
       "dialog: asked in another way it does not");
}

/* Without windows, as in a silent installation. */
static void be_installer(void)
{
    is((DWORD)UI_CALL(providerInstall, knows_no_device, NULL, PERMANENT), 0, "install: taken");
    is(lines_count(), 2, "install: lines that are there stay");
    is((DWORD)UI_CALL(providerRemove, knows_no_device, NULL, PERMANENT), 0, "remove: taken");
    is(lines_count(), 0, "remove: no line is left");
    is((DWORD)UI_CALL(providerInstall, knows_no_device, NULL, PERMANENT), 0, "install: anew");
    ok(same_text(lines_first_name(), L"Offhook"), "install: a first line where the telephony service looks for it");
    is((DWORD)UI_CALL(providerRemove, knows_no_device, NULL, PERMANENT), 0, "remove: again");
}

static void shut_down(void)
{
    HDRVLINE other;
    is((DWORD)CALL(lineOpen, DEVICES + 1, OTHER_LINE, &other, version, on_line_event), 0, "shutdown: with an open line");
    is((DWORD)CALL(providerShutdown, NEWEST, PERMANENT), 0, "shutdown: taken");
    be_installer();
    ok(FreeLibrary(provider_module) && !GetModuleHandleW(L"offhook.tsp"), "shutdown: the DLL can go");
    Sleep(200); /* for a thread that was left behind to fall over */
    check_callbacks();
}

static DWORD number_of_hexadecimal(const WCHAR *digits)
{
    DWORD number = 0;
    for (; *digits; digits++)
        number = number << 4 | (DWORD)(*digits - '0'); /* no version has a letter */
    return number;
}

void start_of_program(void)
{
    int count;
    WCHAR **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    if (count != 4)
        bail_out("usage: host DLL PORT VERSION");
    catch_violations();
    lines_write(number_of(arguments[2]));
    version = number_of_hexadecimal(arguments[3]);
    provider_load(arguments[1]);
    negotiate();
    start();
    ask_what_it_can();
    open();
    be_in_service();
    ask_its_id();
    ask_dialog();
    answered();
    busy();
    far_end();
    dropped_by_the_service();
    let_go();
    refused();
    closed_early();
    as_it_is();
    lost();
    bad_addresses();
    bad_handles();
    close_with_call();
    shut_down();
    done();
}
