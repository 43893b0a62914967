#include "request.h"

#include "action.h"
#include "call_state.h"
#include "events.h"
#include "ticks.h"

static struct request *unused(struct line *line)
{
    for (unsigned i = 0; i < LINE_REQUESTS; i++)
        if (line->requests[i].kind == REQUEST_NONE)
            return &line->requests[i];
    return NULL;
}

LONG request_begin(struct line *line, enum request_kind kind, DRV_REQUESTID tapi, struct call *call, struct call *other,
                   struct session3_request *asked)
{
    struct request *request = unused(line);
    DWORD number = ++line->last_request ? line->last_request : ++line->last_request;
    if (!request || (asked && !action_request(line, number, asked)))
        return LINE_ERROR(RESOURCEUNAVAIL);
    *request = (struct request){.kind = kind, .number = number, .tapi = tapi, .call = call, .other = other};
    request->deadline = kind == REQUEST_DIGITS ? NEVER : GetTickCount64() + REQUEST_MS;
    return (LONG)tapi; /* positive: completed later (TSPI, Synchronous/Asynchronous Operation Model) */
}

bool request_go_on(struct line *line, struct request *request, struct session3_request *asked)
{
    request->deadline = GetTickCount64() + REQUEST_MS;
    if (action_request(line, request->number, asked))
        return true;
    request_complete(line, request, LINE_ERROR(RESOURCEUNAVAIL));
    return false;
}

struct request *request_find(struct line *line, DWORD number)
{
    for (unsigned i = 0; i < LINE_REQUESTS; i++)
        if (line->requests[i].kind != REQUEST_NONE && line->requests[i].number == number)
            return &line->requests[i];
    return NULL;
}

struct request *request_of_call(const struct call *call, enum request_kind kind)
{
    for (unsigned i = 0; i < LINE_REQUESTS; i++) {
        struct request *request = &call->line->requests[i];
        if (request->kind == kind && (request->call == call || request->other == call))
            return request;
    }
    return NULL;
}

struct request *request_for_conference(const struct call *conference)
{
    for (unsigned i = 0; i < LINE_REQUESTS; i++) {
        struct request *request = &conference->line->requests[i];
        if (request->kind != REQUEST_NONE && request->third == conference)
            return request;
    }
    return NULL;
}

/* What was to come of a request that has failed: a consultation, or a conference. It was never told. */
static void abandon(struct call *call)
{
    if (call && call->phase == CALL_SENT && (call->consultation || call->is_conference))
        call_state_fail(call, 0);
}

void request_complete(struct line *line, struct request *request, LONG result)
{
    enum request_kind kind = request->kind;
    request->kind = REQUEST_NONE;
    if (request->call && result)
        request->call->hanging_up = false;
    if (request->other && result)
        request->other->hanging_up = false;
    if (kind == REQUEST_DIGITS && request->call && request->call->generating &&
        request->call->digits_request == request->number) {
        request->call->generating = false;
        event_line(line, request->call, LINE_GENERATE, result ? LINEGENERATETERM_CANCEL : LINEGENERATETERM_DONE,
                   request->call->end_to_end, (DWORD)GetTickCount64());
    }
    if (result) {
        abandon(request->call);
        abandon(request->other);
        abandon(request->third);
    }
    if (kind != REQUEST_QUIET && kind != REQUEST_UNDO && kind != REQUEST_DIGITS)
        event_complete(line, request->call ? request->call : request->other, request->tapi, result);
}

void request_succeed(struct request *request, ULONGLONG now)
{
    request->succeeded = true;
    request->deadline = now + SETTLED_MS;
}

static bool is_over(const struct call *call)
{
    return !call || call->phase == CALL_OVER;
}

static bool is_held(const struct call *call)
{
    return call->state == LINECALLSTATE_ONHOLD || call->state == LINECALLSTATE_ONHOLDPENDTRANSFER ||
           call->state == LINECALLSTATE_ONHOLDPENDCONF;
}

bool request_is_reached(const struct request *request)
{
    const struct call *call = request->call, *other = request->other;
    if (!call)
        return request->kind == REQUEST_FORWARD || request->kind == REQUEST_QUIET;
    switch (request->kind) {
    case REQUEST_ANSWER:
    case REQUEST_UNHOLD:
        return call->state == LINECALLSTATE_CONNECTED;
    case REQUEST_HOLD:
        return is_held(call);
    case REQUEST_SWAP:
        return is_held(call) && other && other->state == LINECALLSTATE_CONNECTED;
    case REQUEST_SETUP:
        return call->held;
    case REQUEST_REDIRECT:
    case REQUEST_BLIND_TRANSFER:
    case REQUEST_PARK:
    case REQUEST_REMOVE:
    case REQUEST_DROP:
        return is_over(call);
    case REQUEST_COMPLETE:
        return is_over(call) && is_over(other);
    case REQUEST_CONFERENCE:
        return call->conference_call || is_over(call);
    default:
        return true;
    }
}

/* What it was for cannot be reached any more. */
static bool is_beyond(const struct request *request)
{
    return is_over(request->call);
}

ULONGLONG requests_settle(struct line *line, ULONGLONG now)
{
    ULONGLONG due = NEVER;
    for (unsigned i = 0; i < LINE_REQUESTS; i++) {
        struct request *request = &line->requests[i];
        if (request->kind == REQUEST_NONE)
            continue;
        if (request->succeeded && (request_is_reached(request) || is_beyond(request) || now >= request->deadline)) {
            request_complete(line, request, 0);
        } else if (now >= request->deadline) {
            action_forget(line, request->number);
            request_complete(line, request, LINE_ERROR(OPERATIONFAILED));
        } else {
            due = earlier(due, request->deadline);
        }
    }
    return due;
}

void requests_fail(struct line *line, const struct call *call)
{
    for (unsigned i = 0; i < LINE_REQUESTS; i++) {
        struct request *request = &line->requests[i];
        if (request->kind == REQUEST_NONE || (call && request->call != call && request->other != call && request->third != call))
            continue;
        if (call && request->other == call) { /* said of the call that goes */
            request->other = request->call;
            request->call = (struct call *)call;
        } else if (call && request->third == call) {
            request->third = request->call;
            request->call = (struct call *)call;
        }
        action_forget(line, request->number);
        request_complete(line, request, LINE_ERROR(OPERATIONFAILED));
    }
}
