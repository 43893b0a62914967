#include "call.h"

#include "action.h"
#include "connection.h"
#include "events.h"
#include "external_call.h"
#include "handle.h"
#include "line_status.h"
#include "memory.h"
#include "pending_release.h"
#include "tapi_version.h"
#include "text.h"
#include "ticks.h"
#include "trace.h"

/* Calls that failed and that TAPI never closed; it is not clear whether it has to. */
#define KEPT_CALLS 64

void call_free(struct call *call)
{
    struct line *line = call->line;
    for (struct call **at = &line->calls; *at; at = &(*at)->next) {
        if (*at == call) {
            *at = call->next;
            break;
        }
    }
    if (line->live == call)
        line->live = NULL;
    handle_free(call->handle);
    memory_free(call);
}

static void trim(struct line *line)
{
    struct call *oldest = NULL;
    int kept = 0;
    for (struct call *call = line->calls; call; call = call->next) {
        if (call->phase == CALL_OVER) {
            kept++;
            oldest = call;
        }
    }
    if (kept > KEPT_CALLS) {
        events_forget(oldest);
        call_free(oldest);
    }
}

struct call *call_new(struct line *line, HTAPICALL ht)
{
    struct call *call = memory_get(sizeof *call);
    if (!call)
        return NULL;
    call->line = line;
    call->ht = ht;
    call->handle = handle_new(HANDLE_CALL, call);
    if (!call->handle) {
        memory_free(call);
        return NULL;
    }
    call->number = ++provider.last_call_number ? provider.last_call_number : ++provider.last_call_number;
    call->state = LINECALLSTATE_UNKNOWN;
    GetSystemTime(&call->since);
    call->next = line->calls;
    line->calls = call;
    trim(line);
    return call;
}

/* The object first, then the event: who asks from within the callback sees the new state. */
static void set_state(struct call *call, DWORD state, DWORD mode)
{
    if (call->state == state)
        return;
    call->state = state;
    call->mode = mode;
    GetSystemTime(&call->since);
    event_line(call->line, call, LINE_CALLSTATE, state, mode, LINEMEDIAMODE_INTERACTIVEVOICE);
}

static void end(struct call *call)
{
    call->phase = CALL_OVER;
    call->deadline = 0;
    call->line->live = NULL;
}

static void end_idle(struct call *call)
{
    end(call);
    set_state(call, LINECALLSTATE_IDLE, 0);
    line_status_tell_call_count(call->line);
    line_status_tell_offer(call->line);
}

/* Applications of TAPI 1.4 know fewer modes. */
static void end_disconnected(struct call *call, DWORD mode)
{
    if (call->line->version < VERSION_2_0 && mode > LINEDISCONNECTMODE_NODIALTONE)
        mode = LINEDISCONNECTMODE_UNKNOWN;
    set_state(call, LINECALLSTATE_DISCONNECTED, mode);
    end_idle(call);
}

static void fail(struct call *call, LONG error)
{
    event_complete(call->line, call, call->make_request, error);
    end(call);
    line_status_tell_offer(call->line);
}

/* From here on TAPI has the call. Its states may be told only after the completion (TSPI, Pending Call Handles),
 * and the completion is to come early: until then the user cannot cancel (The Meaning of Success). */
static void take_on(struct call *call)
{
    call->phase = CALL_ACCEPTED;
    event_complete(call->line, call, call->make_request, 0);
}

void call_on_clear(struct call *call)
{
    if (call->phase != CALL_WAITING)
        return;
    call->phase = CALL_SENT;
    call->deadline = 0;
    action_dial(call->line, call);
}

void call_begin(struct call *call)
{
    struct line *line = call->line;
    call->deadline = GetTickCount64() + DIAL_WAIT_MS;
    line->live = call;
    line_status_tell_offer(line);
    if (connection_is_clear(line))
        call_on_clear(call);
}

void call_on_response(struct call *call, DWORD number, LONG error)
{
    if (call->number != number || call->phase != CALL_SENT)
        return; /* it failed meanwhile */
    if (error) {
        fail(call, error);
    } else {
        take_on(call);
        line_status_tell_call_count(call->line);
        line_status_tell_offer(call->line);
    }
}

/* Phone Dialer shows an error for most modes, with a text of its own for some. */
static DWORD mode_of(const struct call *call, enum session_cause cause)
{
    switch (cause) {
    case SESSION_NORMAL:
    case SESSION_DROPPED:
    case SESSION_TRANSFERRED:
    case SESSION_PARKED:
        return LINEDISCONNECTMODE_NORMAL;
    case SESSION_BUSY:
        return LINEDISCONNECTMODE_BUSY;
    case SESSION_NO_ANSWER:
        return LINEDISCONNECTMODE_NOANSWER;
    case SESSION_REJECTED:
        return LINEDISCONNECTMODE_REJECT;
    case SESSION_UNREACHABLE:
        return LINEDISCONNECTMODE_UNREACHABLE;
    case SESSION_INVALID_ADDRESS:
        return LINEDISCONNECTMODE_BADADDRESS;
    case SESSION_NOT_ALLOWED:
        return LINEDISCONNECTMODE_BLOCKED;
    case SESSION_TERMINAL_UNAVAILABLE: /* dialers have a text for this one */
        return LINEDISCONNECTMODE_NODIALTONE;
    case SESSION_TERMINAL_REJECTED:
    case SESSION_CANCELLED:
        return LINEDISCONNECTMODE_CANCELLED;
    case SESSION_ELSEWHERE:
        return LINEDISCONNECTMODE_PICKUP;
    case SESSION_FORWARDED:
        return LINEDISCONNECTMODE_FORWARDED;
    case SESSION_FAILURE:
        return LINEDISCONNECTMODE_TEMPFAILURE;
    case SESSION_NO_CAUSE:
        break;
    }
    /* Before the answer a hang-up may have any cause; a guess would show as an error. */
    return call->connected ? LINEDISCONNECTMODE_NORMAL : LINEDISCONNECTMODE_UNAVAIL;
}

static DWORD update(WCHAR *text, struct session_text now, DWORD bit)
{
    WCHAR fresh[PARTY_TEXT];
    text_from_utf8(now.bytes, now.length, fresh, PARTY_TEXT);
    if (now.length == 0 || text_equal(text, fresh))
        return 0;
    text_copy(text, PARTY_TEXT, fresh);
    return bit;
}

static void update_parties(struct call *call, const struct session_message *message)
{
    DWORD called = LINECALLINFOSTATE_CALLEDID | (call->connected ? LINECALLINFOSTATE_CONNECTEDID : 0);
    DWORD changed = update(call->caller_name, message->caller_name, LINECALLINFOSTATE_CALLERID);
    changed |= update(call->caller_id, message->caller_id, LINECALLINFOSTATE_CALLERID);
    changed |= update(call->called_name, message->callee_name, called);
    changed |= update(call->called_id, message->callee_id, called);
    if (message->kind == SESSION_CALL_STATE && message->state == SESSION_CONNECTED && !call->connected) {
        call->connected = true;
        changed |= LINECALLINFOSTATE_CONNECTEDID;
    }
    if (changed)
        event_line(call->line, call, LINE_CALLINFO, changed, 0, 0);
}

void call_on_notification(struct call *call, const struct session_message *message)
{
    if (call->phase != CALL_ACCEPTED)
        return;
    call->deadline = 0;
    if (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK) {
        end_disconnected(call, mode_of(call, message->cause));
        return;
    }
    update_parties(call, message);
    if (message->kind != SESSION_CALL_STATE || message->state <= call->session_state)
        return; /* states may be left out, but none comes twice or goes back */
    call->session_state = message->state;
    switch (message->state) {
    case SESSION_OFF_HOOK: /* the phone is lifted, and the number is known already */
        set_state(call, LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL);
        set_state(call, LINECALLSTATE_DIALING, 0);
        break;
    case SESSION_PROCEED:
        set_state(call, LINECALLSTATE_PROCEEDING, 0);
        break;
    case SESSION_RING_BACK:
        set_state(call, LINECALLSTATE_RINGBACK, 0);
        break;
    default:
        set_state(call, LINECALLSTATE_CONNECTED, call->line->version < VERSION_2_0 ? 0 : LINECONNECTEDMODE_ACTIVE);
    }
}

/* The phone is lifted with the call's first state, and that is what makes its id known. */
static bool is_lifted(const struct call *call)
{
    return call->id[0] != 0;
}

/* A dial that was sent, and that the user has not lifted his phone for. */
static bool is_on_its_way(const struct call *call)
{
    return call->phase == CALL_SENT || (call->phase == CALL_ACCEPTED && !is_lifted(call));
}

void call_on_leaving(struct call *call)
{
    if (is_on_its_way(call))
        pending_release_begin(call->line, call, true);
}

void call_on_lost(struct call *call, ULONGLONG now)
{
    if (call->phase != CALL_ACCEPTED)
        fail(call, call->phase == CALL_SENT ? LINE_ERROR(OPERATIONFAILED) : LINE_ERROR(RESOURCEUNAVAIL));
    else if (!is_lifted(call))
        end_disconnected(call, LINEDISCONNECTMODE_TEMPFAILURE);
    else if (!call->deadline)
        call->deadline = now + RESUME_MS;
}

void call_on_ready(struct call *call, ULONGLONG now)
{
    if (call->phase == CALL_ACCEPTED && call->deadline)
        call->deadline = now + ANNOUNCE_MS;
}

ULONGLONG call_step(struct call *call, ULONGLONG now)
{
    if (!call->deadline)
        return NEVER;
    if (now < call->deadline)
        return call->deadline;
    if (call->phase == CALL_ACCEPTED)
        end_disconnected(call, LINEDISCONNECTMODE_TEMPFAILURE);
    else
        fail(call, LINE_ERROR(RESOURCEUNAVAIL));
    return NEVER;
}

void call_hang_up(struct call *call)
{
    enum call_phase phase = call->phase;
    if (phase == CALL_OVER)
        return;
    trace(L"%s: hanging up", call->line->settings.name);
    if (phase != CALL_WAITING)
        pending_release_begin(call->line, call, false);
    if (phase != CALL_ACCEPTED)
        take_on(call); /* it has been a call, if a short one: only such a one can become idle */
    end_idle(call);
}

void call_let_go(struct call *call)
{
    if (call->phase == CALL_OVER)
        return;
    trace(L"%s: letting go of a call", call->line->settings.name);
    if (is_on_its_way(call))
        pending_release_begin(call->line, call, true);
    else if (call->phase == CALL_ACCEPTED)
        external_call_add_released(&call->line->connection, call);
    if (call->phase == CALL_ACCEPTED)
        end_idle(call);
    else
        fail(call, LINE_ERROR(OPERATIONFAILED));
}
