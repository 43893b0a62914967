#include "calls.h"

#include "events.h"
#include "link.h"
#include "memory.h"
#include "text.h"
#include "trace.h"

#define NEVER (~(ULONGLONG)0)

#define RESUME_MS 3000   /* a call outlives the loss of its connection for so long */
#define ANNOUNCE_MS 1000 /* the Smart Messenger tells of live calls right after the login */

void calls_counted(struct line *line)
{
    bool one = line->live && line->live->phase == CALL_ACCEPTED;
    DWORD wanted = line->wanted_address_states;
    DWORD address_states = (one ? LINEADDRESSSTATE_INUSEONE : LINEADDRESSSTATE_INUSEZERO) | LINEADDRESSSTATE_NUMCALLS;
    if (!line->open)
        return;
    if (line->wanted_line_states & LINEDEVSTATE_NUMCALLS)
        event_line(line, NULL, LINE_LINEDEVSTATE, LINEDEVSTATE_NUMCALLS, 0, 0);
    if (wanted & address_states)
        event_line(line, NULL, LINE_ADDRESSSTATE, 0, wanted & address_states, 0);
}

bool calls_possible(const struct line *line)
{
    return !line->live && !line->removed && link_promising(line);
}

void calls_offer(struct line *line)
{
    bool now = calls_possible(line);
    if (!line->open)
        return;
    /* Nothing may be told of a call before its lineMakeCall is completed (TSPI, Async Replies Versus Events on New
     * Call Handles); what follows from it is told then, whatever has come of it. */
    if (line->live && line->live->phase < CALL_ACCEPTED) {
        line->offer_unsure = true;
        return;
    }
    if (now == line->offered && !line->offer_unsure)
        return;
    line->offered = now;
    line->offer_unsure = false;
    if (line->wanted_line_states & LINEDEVSTATE_OTHER)
        event_line(line, NULL, LINE_LINEDEVSTATE, LINEDEVSTATE_OTHER, 0, 0);
    if (line->wanted_address_states & LINEADDRESSSTATE_OTHER)
        event_line(line, NULL, LINE_ADDRESSSTATE, 0, LINEADDRESSSTATE_OTHER, 0);
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
    calls_counted(call->line);
    calls_offer(call->line);
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
    calls_offer(call->line);
}

static void take_on(struct call *call)
{
    call->phase = CALL_ACCEPTED;
    event_complete(call->line, call, call->make_request, 0);
}

void calls_on_clear(struct line *line)
{
    struct call *call = line->live;
    if (!call || call->phase != CALL_WAITING)
        return;
    call->phase = CALL_SENT;
    call->deadline = 0;
    link_dial(line, call);
}

void calls_on_response(struct line *line, DWORD number, LONG error)
{
    struct call *call = line->live;
    if (!call || call->number != number || call->phase != CALL_SENT)
        return; /* it failed meanwhile */
    if (error) {
        fail(call, error);
    } else {
        take_on(call);
        calls_counted(line);
        calls_offer(line);
    }
}

static DWORD mode_of(const struct call *call, enum session_cause cause)
{
    switch (cause) {
    case SESSION_NORMAL:
    case SESSION_DROPPED:
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
        return LINEDISCONNECTMODE_CANCELLED;
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

void calls_on_notify(struct call *call, const struct session_message *message)
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
        return;
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

void calls_on_leaving(struct line *line)
{
    struct call *call = line->live;
    if (call && is_on_its_way(call))
        link_drop(line, call, true);
}

void calls_on_lost(struct line *line, ULONGLONG now)
{
    struct call *call = line->live;
    if (!call)
        return;
    if (call->phase != CALL_ACCEPTED)
        fail(call, call->phase == CALL_SENT ? LINE_ERROR(OPERATIONFAILED) : LINE_ERROR(RESOURCEUNAVAIL));
    else if (!call->id[0])
        end_disconnected(call, LINEDISCONNECTMODE_TEMPFAILURE);
    else if (!call->deadline)
        call->deadline = now + RESUME_MS;
}

void calls_on_ready(struct line *line, ULONGLONG now)
{
    struct call *call = line->live;
    if (call && call->phase == CALL_ACCEPTED && call->deadline)
        call->deadline = now + ANNOUNCE_MS;
}

ULONGLONG calls_step(struct line *line, ULONGLONG now)
{
    struct call *call = line->live;
    if (!call || !call->deadline)
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
        link_drop(call->line, call, false);
    if (phase != CALL_ACCEPTED)
        take_on(call);
    end_idle(call);
}

void call_let_go(struct call *call)
{
    if (call->phase == CALL_OVER)
        return;
    trace(L"%s: letting go of a call", call->line->settings.name);
    if (is_on_its_way(call))
        link_drop(call->line, call, true);
    else if (call->phase == CALL_ACCEPTED)
        link_let_go(call->line, call);
    if (call->phase == CALL_ACCEPTED)
        end_idle(call);
    else
        fail(call, LINE_ERROR(OPERATIONFAILED));
}

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
