#include "control.h"

#include "call.h"
#include "call_info.h"
#include "call_list.h"
#include "call_state.h"
#include "dialable.h"
#include "events.h"
#include "features.h"
#include "memory.h"
#include "request.h"
#include "text.h"

LONG control_read_address(const WCHAR *text, char *address)
{
    WCHAR number[PARTY_TEXT];
    return dialable_read(text, address, number);
}

/* The login can do it, and the call is in one of these states. */
static LONG check(const struct call *call, DWORD can, DWORD states)
{
    if (!line_can(call->line, can))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (call->phase != CALL_ACCEPTED || !(call->state & states) || call->is_conference)
        return LINE_ERROR(INVALCALLSTATE);
    return line_is_whole(call->line) ? 0 : LINE_ERROR(RESOURCEUNAVAIL);
}

static LONG ask(struct call *call, struct call *other, enum request_kind kind, DRV_REQUESTID tapi,
                enum session3_command command, const char *address)
{
    const struct call *asked = call_at_switch(call, SESSION3_BIT(command));
    if (!asked)
        return LINE_ERROR(RESOURCEUNAVAIL);
    return request_begin(call->line, kind, tapi, call, other,
                         &(struct session3_request){.command = command, .call = asked->id, .address = address});
}

/* The same of what a call can be taken back from, or to: a conference that grows is, too. */
static LONG check_talk(const struct call *call, DWORD can, DWORD states)
{
    if (!call->is_conference || !line_can(call->line, can) || !line_conference_grows(call->line))
        return check(call, can, states);
    if (call->phase != CALL_ACCEPTED || !(call->state & states) || call->session_state != SESSION_CONNECTED)
        return LINE_ERROR(INVALCALLSTATE);
    return line_is_whole(call->line) ? 0 : LINE_ERROR(RESOURCEUNAVAIL);
}

#define RINGING (LINECALLSTATE_OFFERING | LINECALLSTATE_ACCEPTED)
#define ON_HOLD (LINECALLSTATE_ONHOLD | LINECALLSTATE_ONHOLDPENDTRANSFER | LINECALLSTATE_ONHOLDPENDCONF)

LONG control_answer(struct call *call, DRV_REQUESTID request)
{
    LONG error = check(call, CAN(ANSWER), RINGING);
    return error ? error : ask(call, NULL, REQUEST_ANSWER, request, SESSION3_ANSWER, NULL);
}

/* Some program has shown it to the user: that is all, and nobody else's business (TSPI_lineAccept). */
LONG control_accept(struct call *call, DRV_REQUESTID request)
{
    if (!line_can(call->line, CAN(ANSWER)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (call->phase != CALL_ACCEPTED || call->state != LINECALLSTATE_OFFERING)
        return LINE_ERROR(INVALCALLSTATE);
    call->accepted = true;
    call_state_tell(call, LINECALLSTATE_ACCEPTED, 0);
    event_complete(call->line, call, request, 0);
    return (LONG)request;
}

/* The call leaves for the address. */
static LONG send_away(struct call *call, enum request_kind kind, DRV_REQUESTID request, enum session3_command command,
                      const WCHAR *to)
{
    char address[ADDRESS_BYTES];
    LONG result = control_read_address(to, address);
    if (result == 0)
        result = ask(call, NULL, kind, request, command, address);
    if (result >= 0)
        call->hanging_up = true;
    return result;
}

LONG control_redirect(struct call *call, DRV_REQUESTID request, const WCHAR *to)
{
    LONG error = check(call, CAN(REDIRECT), RINGING);
    return error ? error : send_away(call, REQUEST_REDIRECT, request, SESSION3_REDIRECT, to);
}

LONG control_blind_transfer(struct call *call, DRV_REQUESTID request, const WCHAR *to)
{
    LONG error = check(call, CAN(TRANSFER), LINECALLSTATE_CONNECTED);
    return error ? error : send_away(call, REQUEST_BLIND_TRANSFER, request, SESSION3_TRANSFER, to);
}

LONG control_hold(struct call *call, DRV_REQUESTID request)
{
    LONG error = check(call, CAN(HOLD), LINECALLSTATE_CONNECTED);
    return error ? error : ask(call, NULL, REQUEST_HOLD, request, SESSION3_HOLD, NULL);
}

/* The phone has not left it: no number was dialled, or is just being so. */
static LONG return_to_conference(struct call *conference, struct call *consultation, DRV_REQUESTID request)
{
    LONG result = request_begin(conference->line, REQUEST_UNHOLD, request, conference, NULL, NULL);
    if (result < 0)
        return result;
    call_hang_up(consultation);
    request_succeed(request_find(conference->line, conference->line->last_request), GetTickCount64());
    return result;
}

/* Taken back from a consultation, that one is given up. One that is under way is dropped, and the switch connects with
 * the held call again: that one is asked to be taken back once it is. */
LONG control_unhold(struct call *call, DRV_REQUESTID request)
{
    LONG error = check_talk(call, CAN(RETRIEVE), ON_HOLD);
    struct call *consultation = call->consultation ? NULL : call->partner;
    if (error)
        return error;
    if (consultation && call->is_conference && !consultation->id[0])
        return return_to_conference(call, consultation, request);
    if (!consultation || !consultation->id[0])
        return ask(call, NULL, REQUEST_UNHOLD, request, SESSION3_RETRIEVE, NULL);
    LONG result = request_begin(call->line, REQUEST_UNHOLD, request, call, NULL,
                                &(struct session3_request){.command = SESSION3_DROP, .call = consultation->id});
    if (result >= 0) {
        consultation->hanging_up = true;
        request_find(call->line, call->line->last_request)->dropped = true;
    }
    return result;
}

LONG control_swap(struct call *active, struct call *held, DRV_REQUESTID request)
{
    DWORD talks = LINECALLSTATE_CONNECTED | LINECALLSTATE_PROCEEDING | LINECALLSTATE_RINGBACK;
    LONG error = check_talk(active, CAN(SWAP), talks);
    if (error == 0)
        error = check_talk(held, CAN(SWAP), ON_HOLD);
    if (error == 0 && active->line != held->line)
        error = LINE_ERROR(INVALCALLHANDLE);
    const struct call *asked = error ? NULL : call_at_switch(held, CAN(SWAP));
    if (!asked)
        return error ? error : LINE_ERROR(RESOURCEUNAVAIL);
    return request_begin(active->line, REQUEST_SWAP, request, active, held,
                         &(struct session3_request){.command = SESSION3_SWAP, .call = asked->id});
}

LONG control_park(struct call *call, DRV_REQUESTID request, DWORD mode, const WCHAR *slot, VARSTRING *found)
{
    char at[ADDRESS_BYTES] = "";
    LONG error = check(call, CAN(PARK), LINECALLSTATE_CONNECTED);
    if (error)
        return error;
    if (mode == LINEPARKMODE_DIRECTED) {
        if (!line_can(call->line, CAN(PARK_AT)))
            return LINE_ERROR(INVALPARKMODE);
        error = control_read_address(slot, at);
        found = NULL;
    } else if (mode != LINEPARKMODE_NONDIRECTED) {
        error = LINE_ERROR(INVALPARKMODE);
    } else if (!found) {
        error = LINE_ERROR(INVALPOINTER);
    } else if (found->dwTotalSize < sizeof *found) {
        error = LINE_ERROR(STRUCTURETOOSMALL);
    }
    if (error)
        return error;
    LONG result = request_begin(call->line, REQUEST_PARK, request, call, NULL,
                                &(struct session3_request){.command = SESSION3_PARK, .call = call->id, .slot = at});
    if (result >= 0) {
        call->hanging_up = true;
        request_find(call->line, call->line->last_request)->slot = found;
    }
    return result;
}

/* Written before the completion; in Unicode, like all texts of TSPI's. */
static LONG write_slot(VARSTRING *out, struct session_text slot)
{
    WCHAR text[PARTY_TEXT];
    text_from_utf8(slot.bytes, slot.length, text, PARTY_TEXT);
    DWORD size = (text_length(text) + 1) * (DWORD)sizeof(WCHAR);
    bool fits = out->dwTotalSize - sizeof *out >= size;
    out->dwNeededSize = (DWORD)sizeof *out + size;
    out->dwUsedSize = fits ? out->dwNeededSize : sizeof *out;
    out->dwStringFormat = STRINGFORMAT_UNICODE;
    out->dwStringSize = fits ? size : 0;
    out->dwStringOffset = fits ? sizeof *out : 0;
    if (fits)
        memcpy((BYTE *)out + sizeof *out, text, size);
    return fits ? 0 : LINE_ERROR(STRUCTURETOOSMALL);
}

static void retrieve(struct call *call)
{
    if (line_is_whole(call->line) && call->held && call->id[0])
        ask(call, NULL, REQUEST_QUIET, 0, SESSION3_RETRIEVE, NULL);
}

/* The parties of a conference are dropped with it; the switch hangs up what is left. */
static void drop_parties(struct call *conference)
{
    if (conference->partner)
        call_hang_up(conference->partner);
    for (struct call *call = conference->line->calls; call; call = call->next) {
        if (call->conference_call != conference)
            continue;
        if (call->partner)
            call_hang_up(call->partner);
        call_hang_up(call);
    }
}

/* A consultation is given up while the call is being put on hold for it. It has been a call, if a short one. */
static void drop_while_set_up(struct call *call)
{
    struct request *request = request_of_call(call, REQUEST_SETUP);
    if (!request)
        return;
    call->make_request = request->tapi;
    call_take_on(call);
    if (request->third) { /* so is the conference */
        call_take_on(request->third);
        call_state_end_idle(request->third);
        request->third = NULL;
    }
    request->kind = REQUEST_UNDO;
    request->call = request->other;
    request->other = NULL;
}

/* The same of a conference. One that is made of two calls leaves them as the switch has them. */
static void drop_conference_while_set_up(struct call *conference)
{
    struct request *request = request_for_conference(conference);
    if (request && request->kind == REQUEST_SETUP && request->call) {
        struct call *second = request->call;
        drop_while_set_up(second);
        call_hang_up(second);
    } else if (request) {
        conference->make_request = request->tapi;
        call_take_on(conference);
        request->kind = REQUEST_QUIET;
        request->third = NULL;
    }
}

/* Idle is told before the completion: programs deallocate the call when they hear of that, which the sole owner of
 * a call may only do when it is idle (lineDeallocateCall, before TAPI 2.0). Nor is the Smart Messenger waited for:
 * it is over for TAPI at once, and pending_release.c sees to the rest. */
void control_drop(struct call *call, DRV_REQUESTID request, ULONGLONG now)
{
    struct call *first = call->consultation ? call->partner : NULL;
    bool slot = first && !call->id[0];
    if (call->phase == CALL_ANNOUNCED) { /* it becomes idle when TAPI has been told of it */
        call_hang_up(call);
        if (request_begin(call->line, REQUEST_DROP, request, call, NULL, NULL) < 0)
            event_complete(call->line, call, request, 0);
        else
            request_find(call->line, call->line->last_request)->succeeded = true;
        return;
    }
    if (call_is_orphan(call, request, now)) {
        call_let_go(call);
    } else {
        if (call->phase == CALL_SENT && call->is_conference)
            drop_conference_while_set_up(call);
        else if (call->is_conference)
            drop_parties(call);
        if (call->phase == CALL_SENT && call->consultation)
            drop_while_set_up(call);
        call_hang_up(call);
        if (slot) /* nothing was dialled: the switch does not know that it is over */
            retrieve(first);
    }
    event_complete(call->line, call, request, 0); /* also when it is over already: applications drop twice */
}

void control_close(struct call *call)
{
    requests_fail(call->line, call);
    if (call->phase != CALL_OVER)
        call_let_go(call);
}

void control_place(struct call *first, struct call *second, struct call *conference, enum call_pending pending)
{
    call_take_on(second);
    first->partner = second;
    second->partner = first;
    first->pending = pending;
    second->consultation = true;
    if (conference) {
        call_take_on(conference);
        call_state_tell(conference, LINECALLSTATE_ONHOLDPENDCONF, 0);
        first->conference_call = conference;
    }
    DWORD mode, state = call_state_of(first, &mode);
    call_state_tell(first, state, mode);
    call_state_tell(second, LINECALLSTATE_DIALTONE, LINEDIALTONEMODE_UNAVAIL);
}

/* The original call is on hold, or cannot be. */
static void on_set_up(struct request *request, LONG error)
{
    struct call *first = request->other, *second = request->call;
    request->kind = REQUEST_NONE;
    second->make_request = request->tapi;
    struct call *conference = request->third;
    if (error || !first || first->phase != CALL_ACCEPTED) {
        call_state_fail(second, error ? error : LINE_ERROR(OPERATIONFAILED));
        if (conference)
            call_state_fail(conference, 0);
        return;
    }
    control_place(first, second, conference, request->pending);
}

/* The call that it was for was taken back before it had a number, or while that was being dialled. */
static void end_slot(struct call *consultation, LONG error)
{
    if (error == 0 && consultation && !consultation->id[0])
        call_hang_up(consultation);
}

/* The consultation is gone: what was on hold for it is asked to be taken back, unless the switch has done so already. */
static bool is_to_be_retrieved(const struct request *request)
{
    return request->kind == REQUEST_UNHOLD && request->dropped && request->call && request->call->held;
}

void control_on_result(struct line *line, struct request *request, LONG error, const struct session3_result *result,
                       ULONGLONG now)
{
    if (!request->call && request->kind != REQUEST_FORWARD && request->kind != REQUEST_QUIET) {
        request_complete(line, request, error ? error : 0); /* the call is gone */
        return;
    }
    switch (request->kind) {
    case REQUEST_SETUP:
        on_set_up(request, error && !(request->other && request->other->held) ? error : 0);
        return;
    case REQUEST_UNDO:
        request->kind = REQUEST_NONE;
        if (error == 0)
            retrieve(request->call);
        return;
    case REQUEST_DIGITS:
        request_complete(line, request, error);
        return;
    case REQUEST_PARK:
        if (error == 0 && request->slot)
            error = write_slot(request->slot, result->slot);
        break;
    case REQUEST_UNHOLD:
        end_slot(request->call->consultation ? NULL : request->call->partner, error);
        break;
    default:
        break;
    }
    if (is_to_be_retrieved(request)) {
        request->dropped = false;
        const struct call *asked = call_at_switch(request->call, 0);
        if (asked)
            request_go_on(line, request, &(struct session3_request){.command = SESSION3_RETRIEVE, .call = asked->id});
        else
            request_complete(line, request, LINE_ERROR(OPERATIONFAILED));
    } else if (error == 0 || request_is_reached(request)) {
        request_succeed(request, now);
    } else {
        request_complete(line, request, error);
    }
}
