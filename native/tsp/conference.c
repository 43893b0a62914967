#include "conference.h"

#include "call.h"
#include "call_list.h"
#include "call_params.h"
#include "call_state.h"
#include "control.h"
#include "features.h"
#include "request.h"
#include "session_text.h"
#include "transfer.h"

static struct call *new_conference(struct line *line, HTAPICALL ht)
{
    struct call *conference = call_new(line, ht);
    if (conference) {
        conference->phase = CALL_SENT;
        conference->is_conference = true;
        conference->origin = LINECALLORIGIN_CONFERENCE;
    }
    return conference;
}

/* What an application asks of the consultation, and whether there can be one now. */
static LONG check_consultation(const struct line *line, const LINECALLPARAMS *params)
{
    LONG error = call_params_check(params);
    if (error == 0)
        error = call_params_check_origin(params);
    if (error == 0 && call_dialling(line))
        error = LINE_ERROR(CALLUNAVAIL);
    return error;
}

/* A party that the last conference has left is put on hold by calling somebody else only: the number comes first. */
static bool is_left_by_calling(const struct call *call)
{
    return line_conference_grows(call->line) && call->conference[0] && !call->partner && !call->is_conference &&
           call->phase == CALL_ACCEPTED && call->state == LINECALLSTATE_CONNECTED && !call_may(call, CAN(HOLD)) &&
           call_may(call, CAN(CONSULT));
}

/* The same without a hold. */
static LONG set_up_at_once(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                           HTAPICALL ht_consultation, LPHDRVCALL consultation, const LINECALLPARAMS *params)
{
    LONG error = check_consultation(call->line, params);
    if (error)
        return error;
    struct call *conference = new_conference(call->line, ht);
    struct call *second = conference ? transfer_new(call->line, ht_consultation, params) : NULL;
    if (!second) {
        if (conference)
            call_free(conference);
        return LINE_ERROR(NOMEM);
    }
    second->make_request = request;
    control_place(call, second, conference, PENDING_CONFERENCE);
    *handle = (HDRVCALL)(ULONG_PTR)conference->handle;
    *consultation = (HDRVCALL)(ULONG_PTR)second->handle;
    return (LONG)request;
}

LONG conference_setup(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle, HTAPICALL ht_consultation,
                      LPHDRVCALL consultation, const LINECALLPARAMS *params)
{
    struct line *line = call->line;
    if (!line_can(line, CAN(CONFERENCE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (is_left_by_calling(call))
        return set_up_at_once(call, request, ht, handle, ht_consultation, consultation, params);
    LONG result = transfer_setup(call, request, ht_consultation, consultation, params, PENDING_CONFERENCE);
    if (result < 0)
        return result;
    struct request *begun = request_find(line, line->last_request);
    struct call *conference = new_conference(line, ht);
    if (!conference) { /* the call goes on hold, and is taken back */
        struct call *second = begun->call;
        begun->kind = REQUEST_UNDO;
        begun->call = call;
        begun->other = NULL;
        call_free(second);
        return LINE_ERROR(NOMEM);
    }
    begun->third = conference;
    *handle = (HDRVCALL)(ULONG_PTR)conference->handle;
    return result;
}

/* Which place the own phone has is the switch's: it stays in the conference until the number is dialled. */
LONG conference_prepare(struct call *conference, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                        const LINECALLPARAMS *params)
{
    struct line *line = conference->line;
    if (!line_conference_grows(line))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (!conference->is_conference || conference->phase != CALL_ACCEPTED)
        return LINE_ERROR(INVALCONFCALLHANDLE);
    if (conference->state != LINECALLSTATE_CONNECTED || conference->partner)
        return LINE_ERROR(INVALCALLSTATE);
    if (!conference_has_room(conference))
        return LINE_ERROR(CONFERENCEFULL);
    LONG error = check_consultation(line, params);
    if (error == 0 && !call_may(conference, CAN(CONSULT)))
        error = LINE_ERROR(RESOURCEUNAVAIL);
    if (error)
        return error;
    struct call *second = transfer_new(line, ht, params);
    if (!second)
        return LINE_ERROR(NOMEM);
    second->make_request = request;
    conference->held = true;
    control_place(conference, second, NULL, PENDING_CONFERENCE);
    *handle = (HDRVCALL)(ULONG_PTR)second->handle;
    return (LONG)request;
}

/* `first` is one of the two calls, or the conference that the second one enters. */
static LONG join(struct call *first, struct call *second, struct call *conference, DRV_REQUESTID request)
{
    const struct call *party = call_at_switch(first, 0);
    if (!party)
        return LINE_ERROR(RESOURCEUNAVAIL);
    struct session3_request asked = {.command = SESSION3_CONFERENCE, .call = party->id};
    if (first == conference) /* it is the new one that may be asked, whichever of the two is on hold */
        asked.call = second->id, asked.other = party->id;
    LONG result = request_begin(first->line, REQUEST_CONFERENCE, request, second, first, &asked);
    if (result >= 0)
        request_find(first->line, first->line->last_request)->third = conference;
    return result;
}

/* One more comes into a conference: who was asked out of it, or has another call beside it. One of the two is on hold. */
static LONG add_one(struct call *conference, struct call *call, DRV_REQUESTID request)
{
    DWORD talks = LINECALLSTATE_CONNECTED | LINECALLSTATE_ONHOLD | LINECALLSTATE_ONHOLDPENDCONF;
    if (call->phase != CALL_ACCEPTED || !(call->state & talks) || call->held == conference->held)
        return LINE_ERROR(INVALCALLSTATE);
    if (!conference_has_room(conference))
        return LINE_ERROR(CONFERENCEFULL);
    if (!line_is_whole(conference->line))
        return LINE_ERROR(RESOURCEUNAVAIL);
    return join(conference, call, conference, request);
}

static bool is_beside(const struct call *conference, const struct call *call)
{
    return line_conference_grows(conference->line) && conference->session_state == SESSION_CONNECTED &&
           call->line == conference->line && !call->is_conference && !call->conference_call &&
           call->partner == (conference->partner ? conference : NULL);
}

LONG conference_add(struct call *conference, struct call *call, DRV_REQUESTID request)
{
    struct call *first = call->partner;
    if (!line_can(conference->line, CAN(CONFERENCE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (!conference->is_conference || conference->phase != CALL_ACCEPTED)
        return LINE_ERROR(INVALCONFCALLHANDLE);
    if (is_beside(conference, call))
        return add_one(conference, call, request);
    if (!first || first->conference_call != conference || !call->consultation)
        return LINE_ERROR(INVALCONSULTCALLHANDLE);
    if (call->state != LINECALLSTATE_CONNECTED)
        return LINE_ERROR(INVALCALLSTATE);
    return join(first, call, conference, request);
}

LONG conference_complete(struct call *call, struct call *consultation, DRV_REQUESTID request, HTAPICALL ht,
                         LPHDRVCALL handle)
{
    if (call->partner != consultation)
        return LINE_ERROR(INVALCONSULTCALLHANDLE);
    if (call->phase != CALL_ACCEPTED || consultation->phase != CALL_ACCEPTED ||
        call->state != LINECALLSTATE_ONHOLDPENDTRANSFER || consultation->state != LINECALLSTATE_CONNECTED)
        return LINE_ERROR(INVALCALLSTATE);
    struct call *conference = new_conference(call->line, ht);
    if (!conference)
        return LINE_ERROR(NOMEM);
    LONG result = join(call, consultation, conference, request);
    if (result < 0)
        call_free(conference);
    else
        *handle = (HDRVCALL)(ULONG_PTR)conference->handle;
    return result;
}

LONG conference_remove(struct call *party, DRV_REQUESTID request)
{
    if (!line_can(party->line, CAN(CONFERENCE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (party->phase != CALL_ACCEPTED || party->state != LINECALLSTATE_CONFERENCED || party->partner)
        return LINE_ERROR(INVALCALLSTATE);
    if (!line_is_whole(party->line))
        return LINE_ERROR(RESOURCEUNAVAIL);
    LONG result = request_begin(party->line, REQUEST_REMOVE, request, party, NULL,
                                &(struct session3_request){.command = SESSION3_DROP, .call = party->id});
    if (result >= 0)
        party->hanging_up = true;
    return result;
}

static void make_party(struct call *call, struct call *conference)
{
    DWORD mode;
    call->conference_call = conference;
    call_state_tell(call, call_state_of(call, &mode), mode);
}

/* First those that leave a conversation of two, then the conference that they enter. */
static void enter(struct call *conference, struct call *first, struct call *second)
{
    call_state_part(second);
    if (first != conference)
        make_party(first, conference);
    make_party(second, conference);
    conference->session_state = SESSION_CONNECTED;
    conference->held = false;
    call_state_tell(conference, LINECALLSTATE_CONNECTED, call_state_connected_mode(conference));
}

void conference_joined(struct line *line, struct request *request, LONG error)
{
    struct call *second = request->call, *first = request->other, *conference = request->third;
    bool fresh = conference && conference->phase == CALL_SENT;
    bool gone = !conference || !first || first->phase != CALL_ACCEPTED || second->phase != CALL_ACCEPTED;
    if (error == 0 && gone)
        error = LINE_ERROR(OPERATIONFAILED);
    if (fresh) { /* it is born by this request: its events come after the completion */
        conference->make_request = request->tapi;
        request->kind = REQUEST_NONE;
        if (error)
            call_state_fail(conference, error);
        else
            call_take_on(conference);
    }
    if (error == 0)
        enter(conference, first, second);
    if (!fresh)
        request_complete(line, request, error);
}

/* TAPI knows the call, or is just being told of it. */
static bool is_known(const struct call *call)
{
    return call->phase == CALL_ACCEPTED || (call->phase == CALL_ANNOUNCED && !call->ended);
}

/* That a call is a party now is told before the result of the request that has made it one, and at another door there is
 * none. */
static struct call *conference_of(const struct call *call)
{
    for (const struct call *party = call->line->calls; party; party = party->next)
        if (party != call && party->conference_call && party->phase == CALL_ACCEPTED && party->conference_call != call &&
            call_id_equal(party->conference, session_text_of(call->conference)))
            return party->conference_call;
    return NULL;
}

static void find_parties(struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next) {
        if (!call->conference[0] || call->conference_call || call->is_conference || call->hanging_up || !is_known(call))
            continue;
        struct call *conference = conference_of(call);
        if (!conference)
            continue;
        call_state_part(call);
        call->conference_call = conference; /* its state follows from that */
        conference->session_state = SESSION_CONNECTED;
    }
}

/* What the parties of a conference say of it. */
struct parties {
    int count; /* with the one that is being asked, and is still to come */
    bool all_held;
    DWORD allowed;
};

static struct parties parties_of(const struct call *conference)
{
    struct parties found = {0, true, 0};
    for (const struct call *call = conference->line->calls; call; call = call->next) {
        if (call->conference_call != conference || call->phase != CALL_ACCEPTED)
            continue;
        found.count += call->partner ? 2 : 1;
        found.all_held &= call->held;
        found.allowed |= call->allowed;
    }
    found.count += found.count && conference->partner;
    return found;
}

/* The phone is away from a conference when all its parties are told as held; and, for TAPI, as soon as somebody else is to
 * be asked, until it is he who waits. */
static bool is_left(const struct call *conference, const struct parties *parties)
{
    const struct call *asked = conference->partner;
    return parties->all_held || (asked && !(asked->id[0] && asked->held));
}

void conferences_settle(struct line *line)
{
    bool grow = line_conference_grows(line);
    if (grow)
        find_parties(line);
    for (struct call *conference = line->calls; conference; conference = conference->next) {
        if (!conference->is_conference || conference->phase != CALL_ACCEPTED)
            continue;
        struct parties parties = parties_of(conference);
        conference->allowed = parties.allowed;
        if (grow && conference->session_state == SESSION_CONNECTED)
            conference->held = is_left(conference, &parties);
        if (parties.count >= 2)
            continue;
        for (struct call *call = line->calls; call; call = call->next)
            if (call->conference_call == conference)
                call->conference_call = NULL;
        call_state_end_idle(conference);
    }
}
