#include "call_state.h"

#include "events.h"
#include "features.h"
#include "tapi_version.h"
#include "ticks.h"

void call_state_tell(struct call *call, DWORD state, DWORD mode)
{
    if (call->state == state && call->mode == mode)
        return;
    call->state = state;
    call->mode = mode;
    GetSystemTime(&call->since);
    call_state_repeat(call);
}

void call_state_repeat(struct call *call)
{
    call->state_told = true;
    bool party = call->state == LINECALLSTATE_CONFERENCED && call->conference_call;
    DWORD_PTR mode = party ? (DWORD_PTR)call->conference_call->ht : call->mode; /* what it is a party of */
    event_line(call->line, call, LINE_CALLSTATE, call->state, mode, LINEMEDIAMODE_INTERACTIVEVOICE);
}

DWORD call_state_connected_mode(const struct call *call)
{
    if (call->line->version < VERSION_2_0)
        return 0;
    return call->held_by_other ? LINECONNECTEDMODE_ACTIVEHELD : LINECONNECTEDMODE_ACTIVE;
}

/* Of two calls that belong together the one on hold is pending, whichever it is: a swap does not change that. */
static DWORD held_state(const struct call *call)
{
    const struct call *first = call->consultation ? call->partner : call;
    if (!first || !first->partner)
        return LINECALLSTATE_ONHOLD;
    return first->pending == PENDING_CONFERENCE ? LINECALLSTATE_ONHOLDPENDCONF : LINECALLSTATE_ONHOLDPENDTRANSFER;
}

DWORD call_state_of(const struct call *call, DWORD *mode)
{
    *mode = 0;
    if (call->conference_call)
        return LINECALLSTATE_CONFERENCED;
    switch (call->session_state) {
    case SESSION_OFF_HOOK:
        if (call->parties[PARTY_CALLED].id[0])
            return LINECALLSTATE_DIALING;
        *mode = LINEDIALTONEMODE_UNAVAIL;
        return LINECALLSTATE_DIALTONE;
    case SESSION_PROCEED:
        return LINECALLSTATE_PROCEEDING;
    case SESSION_RING_BACK:
        if (!call->inbound)
            return LINECALLSTATE_RINGBACK;
        if (call->accepted)
            return LINECALLSTATE_ACCEPTED;
        *mode = call->line->version < VERSION_2_0 ? 0 : LINEOFFERINGMODE_ACTIVE;
        return LINECALLSTATE_OFFERING;
    case SESSION_CONNECTED:
        if (call->held)
            return held_state(call);
        *mode = call_state_connected_mode(call);
        return LINECALLSTATE_CONNECTED;
    default:
        *mode = call->mode;
        return call->state;
    }
}

static bool talks(const struct line *line, const struct call *but)
{
    for (const struct call *call = line->calls; call; call = call->next)
        if (call != but && call->phase == CALL_ACCEPTED && call->state == LINECALLSTATE_CONNECTED &&
            (!call->is_conference || line_can(line, CAN(CONFERENCE_8)))) /* only such a one is told as held, too */
            return true;
    return false;
}

/* The other one is told as held in a moment; if not, the switch has two that talk. */
bool call_state_may_connect(struct call *call, ULONGLONG now)
{
    if (!talks(call->line, call))
        return true;
    if (call->connected_by == 0)
        call->connected_by = now + SETTLED_MS;
    return now >= call->connected_by;
}

/* Those that a Smart Messenger tells the states of. A consultation that is not dialled, and a conference whose parties are
 * not joined, are TAPI's alone. */
static bool is_told(const struct call *call)
{
    return call->phase == CALL_ACCEPTED && call->session_state != SESSION_NO_STATE;
}

static void tell_new(struct call *call, DWORD state, DWORD mode)
{
    if (state == LINECALLSTATE_DIALING && call->state == LINECALLSTATE_UNKNOWN) /* the phone is lifted */
        call_state_tell(call, LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL);
    call->connected_by = 0;
    call_state_tell(call, state, mode);
}

ULONGLONG call_states_settle(struct line *line, ULONGLONG now)
{
    ULONGLONG due = NEVER;
    DWORD mode;
    for (struct call *call = line->calls; call; call = call->next) {
        if (!is_told(call))
            continue;
        DWORD state = call_state_of(call, &mode);
        if (state != LINECALLSTATE_CONNECTED || call->state == LINECALLSTATE_CONNECTED)
            tell_new(call, state, mode);
    }
    for (struct call *call = line->calls; call; call = call->next) {
        if (!is_told(call) || call->state == LINECALLSTATE_CONNECTED ||
            call_state_of(call, &mode) != LINECALLSTATE_CONNECTED)
            continue;
        if (call_state_may_connect(call, now))
            tell_new(call, LINECALLSTATE_CONNECTED, mode);
        else
            due = earlier(due, call->connected_by);
    }
    return due;
}

void call_state_part(struct call *call)
{
    if (call->partner) {
        call->partner->pending = PENDING_NOTHING;
        call->partner->consultation = false;
        call->partner->partner = NULL;
    }
    call->partner = NULL;
    call->pending = PENDING_NOTHING;
}

/* Tones that are being sent end with the call: that is said before anything is said of its end. */
static void silence(struct call *call)
{
    if (call->generating)
        event_line(call->line, call, LINE_GENERATE, LINEGENERATETERM_CANCEL, call->end_to_end, (DWORD)GetTickCount64());
    call->generating = false;
}

static void end(struct call *call)
{
    call->phase = CALL_OVER;
    call->deadline = 0;
    call->conference_call = NULL;
    call_state_part(call);
    if (call->line->whole_control)
        call->id[0] = 0; /* the switch's life of it is another call's, or over */
}

void call_state_end_idle(struct call *call)
{
    silence(call);
    end(call);
    call_state_tell(call, LINECALLSTATE_IDLE, 0);
}

/* Applications of TAPI 1.4 know fewer modes. */
void call_state_end_disconnected(struct call *call, DWORD mode)
{
    if (call->line->version < VERSION_2_0 && mode > LINEDISCONNECTMODE_NODIALTONE)
        mode = mode == LINEDISCONNECTMODE_CANCELLED && call->inbound ? LINEDISCONNECTMODE_NORMAL
                                                                     : LINEDISCONNECTMODE_UNKNOWN;
    silence(call);
    call_state_tell(call, LINECALLSTATE_DISCONNECTED, mode);
    call_state_end_idle(call);
}

void call_state_fail(struct call *call, LONG error)
{
    event_complete(call->line, call, call->make_request, error);
    call->make_request = 0;
    end(call);
}

/* Phone Dialer shows an error for most modes, with a text of its own for some. */
DWORD call_state_disconnect_mode(const struct call *call, enum session_cause cause)
{
    switch (cause) {
    case SESSION_NORMAL:
    case SESSION_DROPPED:
        return LINEDISCONNECTMODE_NORMAL;
    case SESSION_BUSY:
        return LINEDISCONNECTMODE_BUSY;
    case SESSION_NO_ANSWER:
        return LINEDISCONNECTMODE_NOANSWER;
    case SESSION_REJECTED: /* of a call that comes in it is the user who has rejected it, at the phone */
        return call->inbound ? LINEDISCONNECTMODE_NORMAL : LINEDISCONNECTMODE_REJECT;
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
    case SESSION_FAILURE:
        return LINEDISCONNECTMODE_TEMPFAILURE;
    case SESSION_ELSEWHERE:
        return LINEDISCONNECTMODE_PICKUP;
    case SESSION_FORWARDED:
        return LINEDISCONNECTMODE_FORWARDED;
    case SESSION_TRANSFERRED:
    case SESSION_PARKED:
        return LINEDISCONNECTMODE_NORMAL;
    case SESSION_NO_CAUSE:
        break;
    }
    /* Before the answer a hang-up may have any cause; a guess would show as an error. */
    return call->session_state == SESSION_CONNECTED ? LINEDISCONNECTMODE_NORMAL : LINEDISCONNECTMODE_UNAVAIL;
}
