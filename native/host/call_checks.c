#include "call_checks.h"

#include "service.h"
#include "structures.h"

#define NEVER_TAKEN 0x66660000 /* a request that is refused at once, so that no completion comes */

static DWORD version;
static HDRVLINE line;
static HDRVCALL call;
static DWORD calls;

static HTAPICALL the_call(void)
{
    return (HTAPICALL)HANDLE_OF(0x1000 + calls);
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
    callbacks_watch(&call);
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
    ok(same_text(text_at(info, info->dwConnectedIDOffset, info->dwConnectedIDSize), L"4001"),
       "call info: who answered");
    ok(same_text(text_at(info, info->dwConnectedIDNameOffset, info->dwConnectedIDNameSize), L"Lee Min-ho"),
       "call info: the name of who answered");
    is(info->dwOrigin, LINECALLORIGIN_OUTBOUND, "call info: an outgoing call");
    is(info->dwLineDeviceID, SERVICE_DEVICE, "call info: of this device");
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
}

/* The call is closed: what takes a call takes none that it does not know, and all its arguments off the stack. */
static void bad_calls(void)
{
    HDRVCALL made = NULL;
    VARSTRING slot = {.dwTotalSize = sizeof slot};
#define REFUSED(name, ...) is((DWORD)CALL(name, __VA_ARGS__), ERROR_OF(INVALCALLHANDLE), #name ": of no call")
    REFUSED(lineDial, NEVER_TAKEN, call, L"1", 0);
    REFUSED(lineAnswer, NEVER_TAKEN, call, NULL, 0);
    REFUSED(lineAccept, NEVER_TAKEN, call, NULL, 0);
    REFUSED(lineRedirect, NEVER_TAKEN, call, L"1", 0);
    REFUSED(lineHold, NEVER_TAKEN, call);
    REFUSED(lineUnhold, NEVER_TAKEN, call);
    REFUSED(lineSwapHold, NEVER_TAKEN, call, call);
    REFUSED(lineBlindTransfer, NEVER_TAKEN, call, L"1", 0);
    REFUSED(lineSetupTransfer, NEVER_TAKEN, call, (HTAPICALL)1, &made, NULL);
    REFUSED(lineCompleteTransfer, NEVER_TAKEN, call, call, NULL, NULL, LINETRANSFERMODE_TRANSFER);
    REFUSED(linePark, NEVER_TAKEN, call, LINEPARKMODE_NONDIRECTED, NULL, &slot);
    REFUSED(lineGenerateDigits, call, 1, LINEDIGITMODE_DTMF, L"1", 0);
    REFUSED(lineSetupConference, NEVER_TAKEN, call, line, (HTAPICALL)1, &made, (HTAPICALL)2, &made, 3, NULL);
    REFUSED(lineSetMediaMode, call, LINEMEDIAMODE_INTERACTIVEVOICE);
    REFUSED(lineRemoveFromConference, NEVER_TAKEN, call);
#undef REFUSED
    is((DWORD)CALL(lineAddToConference, NEVER_TAKEN, call, call), ERROR_OF(INVALCONFCALLHANDLE),
       "lineAddToConference: of no conference");
    is((DWORD)CALL(linePrepareAddToConference, NEVER_TAKEN, call, (HTAPICALL)1, &made, NULL),
       ERROR_OF(INVALCONFCALLHANDLE), "linePrepareAddToConference: of no conference");
}

/* The Smart Messenger of these programs is of version 2. */
static void not_offered(void)
{
    HDRVCALL made = NULL;
    LINEFORWARDLIST list = {.dwTotalSize = sizeof list};
#define REFUSED(name, ...) is((DWORD)CALL(name, __VA_ARGS__), ERROR_OF(OPERATIONUNAVAIL), #name ": not offered")
    REFUSED(lineForward, NEVER_TAKEN, line, TRUE, 0, &list, 0, (HTAPICALL)1, &made, NULL);
    REFUSED(linePickup, NEVER_TAKEN, line, 0, (HTAPICALL)1, &made, L"1", NULL);
    REFUSED(lineUnpark, NEVER_TAKEN, line, 0, (HTAPICALL)1, &made, L"1");
#undef REFUSED
    ok(made == NULL, "what is not offered makes no call");
}

static void close_with_call(void)
{
    make(L"4001", "close");
    rings();
    is((DWORD)CALL(lineClose, line), 0, "close: taken, with a call");
    forget_line(THE_LINE);
    is((DWORD)CALL(lineGetNumAddressIDs, line, &calls), ERROR_OF(INVALLINEHANDLE),
       "close: the handle is not known any more");
}

void check_calls(DWORD tsp_version, HDRVLINE open_line)
{
    version = tsp_version;
    line = open_line;
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
    bad_calls();
    not_offered();
    close_with_call();
}
