#include "conference.h"

#include "call.h"
#include "call_list.h"
#include "call_state.h"
#include "features.h"
#include "request.h"
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

LONG conference_setup(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle, HTAPICALL ht_consultation,
                      LPHDRVCALL consultation, const LINECALLPARAMS *params)
{
    struct line *line = call->line;
    if (!line_can(line, CAN(CONFERENCE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
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

static LONG join(struct call *first, struct call *second, struct call *conference, DRV_REQUESTID request)
{
    LONG result = request_begin(first->line, REQUEST_CONFERENCE, request, second, first,
                                &(struct session3_request){.command = SESSION3_CONFERENCE, .call = first->id});
    if (result >= 0)
        request_find(first->line, first->line->last_request)->third = conference;
    return result;
}

LONG conference_add(struct call *conference, struct call *consultation, DRV_REQUESTID request)
{
    struct call *first = consultation->partner;
    if (!line_can(conference->line, CAN(CONFERENCE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (!conference->is_conference || conference->phase != CALL_ACCEPTED)
        return LINE_ERROR(INVALCONFCALLHANDLE);
    if (!first || first->conference_call != conference || !consultation->consultation)
        return LINE_ERROR(INVALCONSULTCALLHANDLE);
    if (consultation->state != LINECALLSTATE_CONNECTED)
        return LINE_ERROR(INVALCALLSTATE);
    return join(first, consultation, conference, request);
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
    if (error == 0) {
        call_state_part(second);
        make_party(first, conference);
        make_party(second, conference);
        call_state_tell(conference, LINECALLSTATE_CONNECTED, call_state_connected_mode(conference));
    }
    if (!fresh)
        request_complete(line, request, error);
}

static int parties(const struct call *conference)
{
    int count = 0;
    for (const struct call *call = conference->line->calls; call; call = call->next)
        if (call->conference_call == conference && call->phase == CALL_ACCEPTED)
            count += call->partner ? 2 : 1; /* the one that is being asked is still to come */
    return count;
}

void conferences_settle(struct line *line)
{
    for (struct call *conference = line->calls; conference; conference = conference->next) {
        if (!conference->is_conference || conference->phase != CALL_ACCEPTED || parties(conference) >= 2)
            continue;
        for (struct call *call = line->calls; call; call = call->next)
            if (call->conference_call == conference)
                call->conference_call = NULL;
        call_state_end_idle(conference);
    }
}
