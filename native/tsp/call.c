#include "call.h"

#include "action.h"
#include "call_info.h"
#include "call_list.h"
#include "call_state.h"
#include "connection.h"
#include "events.h"
#include "external_call.h"
#include "memory.h"
#include "pending_release.h"
#include "session_text.h"
#include "ticks.h"
#include "trace.h"

/* Dialled by TAPI. */

/* From here on TAPI has the call. Its states may be told only after the completion (TSPI, Pending Call Handles),
 * and the completion is to come early: until then the user cannot cancel (The Meaning of Success). */
void call_take_on(struct call *call)
{
    call->phase = CALL_ACCEPTED;
    event_complete(call->line, call, call->make_request, 0);
    call->make_request = 0;
}

void call_on_clear(struct call *call)
{
    if (call->phase != CALL_WAITING)
        return;
    call->phase = CALL_SENT;
    call->deadline = 0;
    action_dial(call->line, call, NULL);
}

void call_begin(struct call *call)
{
    call->deadline = GetTickCount64() + DIAL_WAIT_MS;
    if (connection_is_clear(call->line))
        call_on_clear(call);
}

/* The consultation has its number, and is a call of the switch's from now on; or may have another number. */
static void on_consulted(struct call *call, LONG error, struct session_text id)
{
    call->consulting = false;
    if (error == 0 && id.length > 0)
        call_set_id(call, id);
    if (error)
        memset(&call->parties[PARTY_CALLED], 0, sizeof call->parties[PARTY_CALLED]);
    event_complete(call->line, call, call->make_request, error);
    call->make_request = 0;
    if (error == 0)
        call_info_tell(call, LINECALLINFOSTATE_CALLID | LINECALLINFOSTATE_CALLEDID);
}

void call_on_response(struct call *call, DWORD serial, LONG error, struct session_text id)
{
    if (call->serial != serial || !(call->phase == CALL_SENT || call->consulting))
        return; /* it failed meanwhile */
    if (call->consulting) {
        on_consulted(call, error, id);
        return;
    }
    if (error) {
        call_state_fail(call, error);
        return;
    }
    if (id.length > 0)
        call_set_id(call, id);
    call_take_on(call);
}

/* What the session tells. */

void call_on_notification(struct call *call, const struct session_message *message)
{
    if (call->phase != CALL_ACCEPTED)
        return;
    call->deadline = 0;
    if (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK) {
        call_state_end_disconnected(call, call_state_disconnect_mode(call, message->cause));
        return;
    }
    call_info_notified(call, message);
    /* States may be left out, but none comes twice or goes back. */
    if (message->kind == SESSION_CALL_STATE && message->state > call->session_state)
        call->session_state = message->state;
}

/* A call that leaves for somewhere else, or ends as was asked for, is idle; else TAPI is told why it is disconnected. */
void call_end(struct call *call, enum session_cause cause)
{
    bool leaves = cause == SESSION_TRANSFERRED || cause == SESSION_PARKED ||
                  (call->hanging_up && (cause == SESSION_FORWARDED || cause == SESSION_DROPPED));
    if (leaves)
        call_state_end_idle(call);
    else
        call_state_end_disconnected(call, call_state_disconnect_mode(call, cause));
}

void call_on_told(struct call *call, const struct session3_call *now)
{
    if (call->phase == CALL_OVER)
        return;
    call->told = true;
    if (call->phase == CALL_ACCEPTED)
        call->deadline = 0;
    if (call->conference[0] && now->conference.length == 0)
        call->conference_call = NULL; /* it has left, by whatever door */
    call_info_told(call, now);
    if (now->state == SESSION_ON_HOOK) {
        if (call->phase == CALL_ACCEPTED)
            call_end(call, now->cause);
        else if (call->phase == CALL_ANNOUNCED) /* TAPI is told once it knows the call */
            call->ended = true, call->cause = now->cause;
        else
            call_free(call);
        return;
    }
    if (now->state > call->session_state)
        call->session_state = now->state;
    call->held = now->held;
    call->held_by_other = now->held_by_other;
}

/* The phone is lifted with the call's first state; before version 3 that is what makes its id known. */
static bool is_lifted(const struct call *call)
{
    return call->line->whole_control ? call->session_state != SESSION_NO_STATE : call->id[0] != 0;
}

/* A consultation whose number came with it (in one step), and is being dialled: until it is there it has a partner. One
 * that is being set up gets its own when the call is held. */
static bool is_dialled_at_once(const struct call *call)
{
    return call->phase == CALL_SENT && call->consultation && call->partner;
}

/* Not a conference, nor a consultation whose number is not dialled. */
static bool is_of_the_switch(const struct call *call)
{
    return !call->is_conference &&
           (!call->consultation || call->id[0] || call->consulting || is_dialled_at_once(call));
}

/* A dial that was sent, and that the user has not lifted his phone for. */
static bool is_on_its_way(const struct call *call)
{
    if (call->phase == CALL_SENT)
        return is_of_the_switch(call); /* a consultation that is being set up is a call of TAPI's alone */
    if (call->consulting)
        return true;
    return call->phase == CALL_ACCEPTED && call->dialled && !is_lifted(call) && is_of_the_switch(call);
}

void call_on_leaving(struct call *call)
{
    if (is_on_its_way(call))
        pending_release_begin(call->line, call, true);
}

void call_on_lost(struct call *call, ULONGLONG now)
{
    call->told = false;
    switch (call->phase) {
    case CALL_OVER:
        return;
    case CALL_TRACKED:
        call_free(call); /* it is told again, if it is still there */
        return;
    case CALL_ANNOUNCED:
        return;
    case CALL_WAITING:
        call_state_fail(call, LINE_ERROR(RESOURCEUNAVAIL));
        return;
    case CALL_SENT:
        call_state_fail(call, LINE_ERROR(OPERATIONFAILED));
        return;
    case CALL_ACCEPTED:
        if (call->is_conference)
            return; /* it goes as its parties do */
        if (call->consulting)
            on_consulted(call, LINE_ERROR(OPERATIONFAILED), (struct session_text){"", 0});
        if (!is_lifted(call))
            call_state_end_disconnected(call, LINEDISCONNECTMODE_TEMPFAILURE);
        else if (!call->deadline)
            call->deadline = now + RESUME_MS;
    }
}

void call_on_ready(struct call *call, ULONGLONG now)
{
    if (call->phase == CALL_ACCEPTED && call->deadline)
        call->deadline = now + ANNOUNCE_MS;
}

void call_on_all_told(struct call *call)
{
    if (call->told || call->is_conference || !call->id[0])
        return;
    if (call->phase == CALL_ACCEPTED)
        call_state_end_disconnected(call, call_state_disconnect_mode(call, SESSION_NO_CAUSE));
    else if (call->phase == CALL_TRACKED)
        call_free(call);
    else if (call->phase == CALL_ANNOUNCED)
        call->ended = true, call->cause = SESSION_NO_CAUSE;
}

ULONGLONG call_step(struct call *call, ULONGLONG now)
{
    if (!call->deadline)
        return NEVER;
    if (now < call->deadline)
        return call->deadline;
    if (call->phase == CALL_ACCEPTED)
        call_state_end_disconnected(call, LINEDISCONNECTMODE_TEMPFAILURE);
    else
        call_state_fail(call, LINE_ERROR(RESOURCEUNAVAIL));
    return NEVER;
}

/* What TAPI does with it. */

void call_hang_up(struct call *call)
{
    enum call_phase phase = call->phase;
    if (phase == CALL_OVER)
        return;
    trace(L"%s: hanging up", call->line->settings.name);
    if (phase == CALL_ANNOUNCED) { /* TAPI is quicker than we: it is told that the call is idle with the first state */
        pending_release_begin(call->line, call, false);
        call->hanging_up = call->ended = true;
        call->cause = SESSION_DROPPED;
        call->id[0] = 0;
        return;
    }
    if (phase != CALL_WAITING && is_of_the_switch(call))
        pending_release_begin(call->line, call, false);
    if (call->consulting)
        on_consulted(call, LINE_ERROR(OPERATIONFAILED), (struct session_text){"", 0});
    if (phase != CALL_ACCEPTED)
        call_take_on(call); /* it has been a call, if a short one: only such a one can become idle */
    call_state_end_idle(call);
}

static void leave_to_the_switch(struct call *call)
{
    if (!call->line->whole_control)
        external_call_add_released(&call->line->connection, call);
    else if (call->id[0])
        call_split(call);
}

void call_let_go(struct call *call)
{
    if (call->phase == CALL_OVER)
        return;
    trace(L"%s: letting go of a call", call->line->settings.name);
    bool on_its_way = is_on_its_way(call);
    if (on_its_way)
        pending_release_begin(call->line, call, true);
    if (call->consulting)
        on_consulted(call, LINE_ERROR(OPERATIONFAILED), (struct session_text){"", 0});
    if (!on_its_way && (call->phase == CALL_ACCEPTED || call->phase == CALL_ANNOUNCED))
        leave_to_the_switch(call);
    if (call->phase == CALL_ACCEPTED)
        call_state_end_idle(call);
    else
        call_state_fail(call, LINE_ERROR(OPERATIONFAILED));
}

/* TAPI drops what no program owns (TSPI, Unowned Calls). Such a drop has no request that anybody waits for, or comes at
 * once while no program wants calls. One that rings in may well be rejected by a program that has just heard of it. */
bool call_is_orphan(const struct call *call, DRV_REQUESTID request, ULONGLONG now)
{
    if (call->dialled || call->phase != CALL_ACCEPTED || call->announced_ringing)
        return false;
    return request == 0 || (now < call->announced_at + ORPHAN_MS &&
                            !(call->line->media_detection & LINEMEDIAMODE_INTERACTIVEVOICE));
}
