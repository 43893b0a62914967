#include "events.h"

#include "memory.h"
#include "ticks.h"
#include "trace.h"
#include "wake.h"

/* Events are needed even when there is no memory left: a request must be completed. */
#define RESERVE 256

enum event_kind { EVENT_LINE, EVENT_COMPLETION, EVENT_DEVICE, EVENT_NEW_CALL };

struct event {
    struct event *next;
    enum event_kind kind;
    struct line *line;
    struct call *call;
    LINEEVENT proc;
    HTAPILINE ht_line;
    HTAPICALL ht_call;
    DWORD message;
    DWORD_PTR one, two, three;
    HTAPICALL new_call; /* of TAPI's, which it writes while it is called: as wide as a pointer */
    ASYNC_COMPLETION completion_proc;
    DRV_REQUESTID request;
    LONG result;
};

static struct event *first, **last = &first, *unused;

/* Whoever calls TAPI has the gate, and may take it again from within. It is a number under the model's lock: Windows is
 * asked only when somebody has to wait. */
static struct {
    DWORD thread; /* 0: nobody has it */
    unsigned depth, waiting;
    HANDLE left;
} gate;

#define WHO_WAITS 0xFFFFFFFF /* no thread's number: it is for one of those that wait, however many events there are */

static void recycle(struct event *event)
{
    event->next = unused;
    unused = event;
}

bool events_start(void)
{
    for (int i = 0; i < RESERVE; i++) {
        struct event *event = memory_get(sizeof *event);
        if (!event)
            break;
        recycle(event);
    }
    gate.left = CreateEventW(NULL, FALSE, FALSE, NULL);
    return gate.left != NULL;
}

static void free_list(struct event *event)
{
    while (event) {
        struct event *next = event->next;
        memory_free(event);
        event = next;
    }
}

void events_stop(void)
{
    free_list(first);
    free_list(unused);
    first = unused = NULL;
    last = &first;
    if (gate.left)
        CloseHandle(gate.left);
    memset(&gate, 0, sizeof gate);
}

/* Under the lock, which is let go of while it waits. False when the time is up. */
static bool gate_enter(DWORD milliseconds)
{
    ULONGLONG until = milliseconds == INFINITE ? NEVER : GetTickCount64() + milliseconds;
    bool waited = false;
    while (gate.thread && gate.thread != GetCurrentThreadId() && !(waited && gate.thread == WHO_WAITS)) {
        ULONGLONG now = GetTickCount64();
        if (now >= until)
            return false;
        waited = true;
        gate.waiting++;
        model_unlock();
        WaitForSingleObject(gate.left, until == NEVER ? INFINITE : (DWORD)(until - now));
        model_lock();
        gate.waiting--;
    }
    gate.thread = GetCurrentThreadId();
    gate.depth++;
    return true;
}

/* Under the lock. */
static void gate_leave(void)
{
    if (--gate.depth > 0)
        return;
    gate.thread = gate.waiting ? WHO_WAITS : 0;
    if (gate.waiting)
        SetEvent(gate.left);
}

static struct event *append(enum event_kind kind, struct line *line, struct call *call)
{
    struct event *event = unused;
    if (event) {
        unused = event->next;
        memset(event, 0, sizeof *event);
    } else {
        event = memory_get(sizeof *event);
    }
    if (!event) {
        trace(L"out of memory: an event is lost");
        return NULL;
    }
    event->kind = kind;
    event->line = line;
    event->call = call;
    *last = event;
    last = &event->next;
    wake_worker();
    return event;
}

/* The in-use states exclude each other, so the newest of them counts; the others only say what to look at. */
static DWORD_PTR join_address_states(DWORD_PTR before, DWORD_PTR now)
{
    const DWORD_PTR in_use = LINEADDRESSSTATE_INUSEZERO | LINEADDRESSSTATE_INUSEONE;
    return (now & in_use ? before & ~in_use : before) | now;
}

/* What only says that something is to be looked at anew is said once, however often it changes before TAPI takes it:
 * the queue stays short. True when it is waiting there already, with nothing of a call or a request behind it. */
static bool merge(struct line *line, struct call *call, DWORD message, DWORD_PTR one, DWORD_PTR two)
{
    bool info = message == LINE_CALLINFO;
    bool look = message == LINE_LINEDEVSTATE && (one == LINEDEVSTATE_NUMCALLS || one == LINEDEVSTATE_OTHER);
    struct event *found = NULL;
    if (!info && !look && message != LINE_ADDRESSSTATE)
        return false;
    for (struct event *event = first; event; event = event->next) {
        if (event->line != line)
            continue;
        if (info ? event->call == call : event->call || event->kind != EVENT_LINE)
            found = NULL;
        if (event->kind == EVENT_LINE && event->call == call && event->message == message &&
            (info || event->one == one))
            found = event;
    }
    if (!found)
        return false;
    if (info)
        found->one |= one;
    else if (message == LINE_ADDRESSSTATE)
        found->two = join_address_states(found->two, two);
    return true;
}

void event_line(struct line *line, struct call *call, DWORD message, DWORD_PTR one, DWORD_PTR two, DWORD_PTR three)
{
    if (merge(line, call, message, one, two))
        return;
    struct event *event = append(EVENT_LINE, line, call);
    if (!event)
        return;
    event->proc = line->proc;
    event->ht_line = line->ht;
    event->ht_call = call ? call->ht : NULL;
    event->message = message;
    event->one = one;
    event->two = two;
    event->three = three;
}

void event_new_call(struct line *line, struct call *call)
{
    struct event *event = append(EVENT_NEW_CALL, line, call);
    if (!event) {
        call->answered = true; /* with nothing: it is tried again, or not */
        return;
    }
    event->proc = line->proc;
    event->ht_line = line->ht;
    event->message = LINE_NEWCALL;
    event->one = call->handle;
}

void event_complete(struct line *line, struct call *call, DRV_REQUESTID request, LONG result)
{
    struct event *event = request ? append(EVENT_COMPLETION, line, call) : NULL;
    if (!event)
        return;
    event->completion_proc = provider.completion_proc;
    event->request = request;
    event->result = result;
}

void event_device(DWORD message, DWORD_PTR one, DWORD_PTR two)
{
    struct event *event = append(EVENT_DEVICE, NULL, NULL);
    if (!event)
        return;
    event->proc = provider.create_proc;
    event->message = message;
    event->one = one;
    event->two = two;
}

/* By the handle: TAPI may have closed the call meanwhile, from within. */
static void note_answer(const struct event *event)
{
    model_lock();
    struct call *call = call_of_handle((HDRVCALL)event->one);
    if (call && call->phase == CALL_ANNOUNCED) {
        call->answered = true;
        call->offered = event->new_call;
        wake_worker();
    }
    model_unlock();
}

static void tell(struct event *event)
{
    if (event->kind == EVENT_NEW_CALL) {
        event->proc(event->ht_line, NULL, LINE_NEWCALL, event->one, (DWORD_PTR)&event->new_call, 0);
        trace(L"a call was announced, and %s", event->new_call ? L"taken" : L"not taken");
        note_answer(event);
    } else if (event->kind == EVENT_COMPLETION) {
        trace(L"request %x completed with %x", event->request, (DWORD)event->result);
        event->completion_proc(event->request, event->result);
    } else if (event->proc) {
        trace(L"event %u: %x, %x", event->message, (DWORD)event->one, (DWORD)event->two);
        event->proc(event->ht_line, event->ht_call, event->message, event->one, event->two, event->three);
    }
}

static struct event *pop(void)
{
    struct event *event = first;
    if (event) {
        first = event->next;
        if (!first)
            last = &first;
    }
    return event;
}

void events_deliver(void)
{
    model_lock();
    while (first) {
        /* Entered before the event is taken, so that who takes events away knows that none is on its way. */
        gate_enter(INFINITE);
        struct event *event = pop();
        model_unlock();
        if (event)
            tell(event);
        model_lock();
        if (event)
            recycle(event);
        gate_leave();
    }
    model_unlock();
}

void events_forget(const struct call *call)
{
    for (struct event *event = first; event; event = event->next)
        if (event->call == call)
            event->call = NULL;
}

struct event *events_take(struct line *line, struct call *call)
{
    struct event *taken = NULL, **taken_last = &taken;
    for (struct event **at = &first; *at;) {
        struct event *event = *at;
        if (event->line != line || (call && event->call != call)) {
            at = &event->next;
            continue;
        }
        *at = event->next;
        event->next = NULL;
        *taken_last = event;
        taken_last = &event->next;
    }
    for (last = &first; *last; last = &(*last)->next)
        ;
    return taken;
}

void events_last(struct event *taken)
{
    model_lock();
    bool ours = gate_enter(CALLBACK_MS);
    model_unlock();
    if (!ours)
        trace(L"a callback has not returned for %u ms; not waiting any longer", CALLBACK_MS);
    for (struct event *event = taken; event; event = event->next)
        if (event->kind == EVENT_COMPLETION)
            tell(event);
    model_lock();
    if (ours)
        gate_leave();
    while (taken) {
        struct event *next = taken->next;
        recycle(taken);
        taken = next;
    }
    model_unlock();
}
