/* flood DLL PORT: a telephony service whose call's information changes without a pause until the call is dropped; it
 * can still ask and drop. Against the scripted Smart Messenger of tests/native/messenger.py at PORT. */
#include "arguments.h"
#include "registry_lines.h"
#include "service.h"

#define ASKED 100

/* What may still stand before the idle state when a call is dropped: what is waiting, and what is being told. */
#define BEHIND 2

static HDRVLINE line;
static HDRVCALL call;

static LONG ask_status(void)
{
    static union {
        LINECALLSTATUS status;
        BYTE room[256];
    } buffer;
    buffer.status.dwTotalSize = sizeof buffer;
    LONG result = CALL(lineGetCallStatus, call, &buffer.status);
    return result ? result : buffer.status.dwCallState == LINECALLSTATE_CONNECTED ? 0 : -1;
}

static void ask_meanwhile(void)
{
    struct event event;
    unsigned good = 0;
    for (unsigned i = 0; i < ASKED; i++) {
        if (!next_event(&event) || event.is_completion || event.message != LINE_CALLINFO)
            bail_out("the call's information has stopped changing");
        good += ask_status() == 0;
    }
    ok(good == ASKED, "the call can be asked for while its information changes");
}

static void drop_meanwhile(HTAPICALL ht)
{
    DRV_REQUESTID request = new_request();
    struct event event;
    unsigned behind = 0;
    forget_events();
    is((DWORD)CALL(lineDrop, request, call, NULL, 0), request, "the call can be dropped");
    while (next_event(&event) && !event.is_completion && event.message == LINE_CALLINFO)
        behind++;
    ok(behind <= BEHIND, "the idle state does not stand in a queue: behind %u", behind);
    ok(!event.is_completion && event.call == ht && event.first == LINECALLSTATE_IDLE, "it is idle");
    wait_for_completion(request);
}

void start_of_program(void)
{
    HTAPICALL ht = (HTAPICALL)HANDLE_OF(0x1000);
    DRV_REQUESTID request = new_request();
    WCHAR **arguments = arguments_read(3, "flood DLL PORT");
    catch_violations();
    registry_lines_write(arguments_number(arguments[2]));
    line = service_start(arguments[1], SERVICE_VERSION);
    is((DWORD)CALL(lineMakeCall, request, line, ht, &call, L"4007", 0, NULL), request, "the call is made");
    wait_for_completion(request);
    wait_for_state(ht, LINECALLSTATE_CONNECTED);
    ask_meanwhile();
    drop_meanwhile(ht);
    is((DWORD)CALL(lineCloseCall, call), 0, "the call is closed");
    forget_call(ht);
    is((DWORD)CALL(providerShutdown, SERVICE_VERSION, SERVICE_PROVIDER), 0, "shutdown: taken");
    callbacks_check();
    done();
}
