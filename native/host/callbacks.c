#include "callbacks.h"

#define EVENTS 4096
#define REQUESTS 32768
#define FIRST_REQUEST 0x7001
#define PATIENCE_MS 12000

struct told told;

static struct event events[EVENTS];
static volatile LONG written, inside, overlapped;
static volatile LONG taken;
static HANDLE arrived;
static HDRVCALL *watched;
static HTAPICALL offered;
static HTAPICALL closed_call;
static HTAPILINE closed_line;
static volatile LONG late;
static LONG completions[REQUESTS], strange_completions, last_request;

void callbacks_begin(void)
{
    arrived = CreateEventW(NULL, FALSE, FALSE, NULL);
}

static struct event *enter(void)
{
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    if (InterlockedIncrement(&inside) != 1)
        overlapped++;
    if (written - taken == EVENTS)
        bail_out("more than %d events at once", EVENTS);
    events[written % EVENTS] = (struct event){.ticks = now.QuadPart, .handle = watched ? *watched : 0};
    return &events[written % EVENTS];
}

static void leave(void)
{
    InterlockedIncrement(&written);
    InterlockedDecrement(&inside);
    SetEvent(arrived);
}

void CALLBACK on_line_event(HTAPILINE line, HTAPICALL call, DWORD message, DWORD_PTR first, DWORD_PTR second,
                            DWORD_PTR third)
{
    struct event *event = enter();
    late += call && call <= closed_call;
    late += closed_line && line == closed_line;
    event->line = line;
    event->call = call;
    event->message = message;
    event->first = first;
    event->second = second;
    event->third = third;
    if (message == LINE_NEWCALL) { /* as wide as a pointer, and nothing behind it is written */
        *(HTAPICALL *)second = offered;
        offered = NULL;
    }
    leave();
}

void CALLBACK on_completion(DRV_REQUESTID request, LONG result)
{
    struct event *event = enter();
    event->is_completion = true;
    event->request = request;
    event->result = result;
    if (request >= FIRST_REQUEST && request < FIRST_REQUEST + (DWORD)last_request)
        completions[request - FIRST_REQUEST]++;
    else
        strange_completions++;
    leave();
}

void callbacks_offer(HTAPICALL call)
{
    offered = call;
}

void callbacks_watch(HDRVCALL *handle)
{
    watched = handle;
}

DRV_REQUESTID new_request(void)
{
    if (last_request == REQUESTS)
        bail_out("more than %d requests", REQUESTS);
    return (DRV_REQUESTID)(FIRST_REQUEST + last_request++);
}

bool next_event(struct event *event)
{
    while (taken == written)
        if (WaitForSingleObject(arrived, PATIENCE_MS) != WAIT_OBJECT_0)
            return false;
    *event = events[taken++ % EVENTS];
    return true;
}

bool next_step(struct event *event)
{
    while (next_event(event)) {
        if (event->is_completion || event->message == LINE_CALLSTATE)
            return true;
        if (event->message == LINE_CALLINFO)
            told.call_info |= (DWORD)event->first;
        else if (event->message == LINE_LINEDEVSTATE)
            told.line_states |= (DWORD)event->first;
        else if (event->message == LINE_ADDRESSSTATE)
            told.address_states |= (DWORD)event->second;
    }
    return false;
}

void wait_for_completion(DRV_REQUESTID request)
{
    struct event event;
    do {
        if (!next_step(&event))
            bail_out("request %x was not completed", request);
    } while (!event.is_completion);
    if (event.request != request || event.result)
        bail_out("request %x: result %x, request %x was waited for", event.request, event.result, request);
}

LONGLONG wait_for_state(HTAPICALL call, DWORD state)
{
    struct event event;
    do {
        if (!next_step(&event))
            bail_out("state %x did not come", state);
    } while (event.is_completion || event.call != call || event.first != state);
    return event.ticks;
}

void forget_events(void)
{
    while (taken < written)
        taken++;
}

void forget_call(HTAPICALL call)
{
    closed_call = call;
    forget_events();
}

void forget_line(HTAPILINE line)
{
    closed_line = line;
    forget_events();
}

void callbacks_check(void)
{
    LONG good = 0;
    for (LONG i = 0; i < last_request; i++)
        good += completions[i] == 1;
    ok(good == last_request, "every one of %d requests is completed exactly once", last_request);
    is((DWORD_PTR)strange_completions, 0, "nothing is completed that was not asked for");
    is((DWORD_PTR)late, 0, "nothing comes of a call or line that was closed");
    is((DWORD_PTR)overlapped, 0, "no callback comes before the last has returned");
}
