#include "transfer.h"

#include "action.h"
#include "call.h"
#include "call_info.h"
#include "call_list.h"
#include "call_params.h"
#include "call_state.h"
#include "connection.h"
#include "control.h"
#include "dialable.h"
#include "features.h"
#include "memory.h"
#include "request.h"
#include "tapi_version.h"
#include "text.h"

/* In one step (LINECALLPARAMFLAGS_ONESTEPTRANSFER): the address comes with it, and the switch holds and dials at once. The
 * two belong together from here on, so that a hold which is told early is one for the transfer. */
static LONG set_up_at_once(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                           const LINECALLPARAMS *params)
{
    char address[ADDRESS_BYTES];
    WCHAR target[SESSION_MAX_ADDRESS * 2], number[PARTY_TEXT];
    struct line *line = call->line;
    if (!call_params_target(params, target, ARRAYSIZE(target)))
        return LINE_ERROR(INVALCALLPARAMS);
    LONG error = dialable_read(target, address, number);
    if (error == 0 && !line_is_whole(line))
        error = LINE_ERROR(RESOURCEUNAVAIL);
    if (error)
        return error;
    struct call *consultation = call_new(line, ht);
    if (!consultation)
        return LINE_ERROR(NOMEM);
    consultation->phase = CALL_SENT;
    consultation->beginning = SESSION3_CONSULT;
    consultation->make_request = request;
    consultation->param_flags = params->dwCallParamFlags;
    memcpy(consultation->address, address, sizeof address);
    text_copy(consultation->parties[PARTY_CALLER].id, PARTY_TEXT, line->settings.terminal);
    text_copy(consultation->parties[PARTY_CALLED].id, PARTY_TEXT, number);
    consultation->consultation = true;
    consultation->partner = call;
    call->partner = consultation;
    call->pending = PENDING_TRANSFER;
    *handle = (HDRVCALL)(ULONG_PTR)consultation->handle;
    action_dial(line, consultation, call->id);
    return (LONG)request;
}

struct call *transfer_new(struct line *line, HTAPICALL ht, const LINECALLPARAMS *params)
{
    struct call *consultation = call_new(line, ht);
    if (!consultation)
        return NULL;
    consultation->phase = CALL_SENT;
    consultation->consultation = true;
    consultation->beginning = SESSION3_CONSULT;
    consultation->param_flags = params ? params->dwCallParamFlags : 0;
    text_copy(consultation->parties[PARTY_CALLER].id, PARTY_TEXT, line->settings.terminal);
    return consultation;
}

LONG transfer_setup(struct call *call, DRV_REQUESTID request, HTAPICALL ht, LPHDRVCALL handle,
                    const LINECALLPARAMS *params, enum call_pending pending)
{
    struct line *line = call->line;
    LONG error = call_params_check(params);
    if (error == 0)
        error = call_params_check_origin(params);
    if (!line_can(line, CAN(CONSULT)))
        error = LINE_ERROR(OPERATIONUNAVAIL);
    else if (error == 0 && (call->phase != CALL_ACCEPTED || call->state != LINECALLSTATE_CONNECTED || call->partner ||
                            call->is_conference))
        error = LINE_ERROR(INVALCALLSTATE);
    else if (error == 0 && call_dialling(line))
        error = LINE_ERROR(CALLUNAVAIL);
    if (error)
        return error;
    if (pending == PENDING_TRANSFER && params && line->version >= VERSION_2_0 &&
        params->dwCallParamFlags & LINECALLPARAMFLAGS_ONESTEPTRANSFER)
        return set_up_at_once(call, request, ht, handle, params);
    struct call *consultation = transfer_new(line, ht, params);
    if (!consultation)
        return LINE_ERROR(NOMEM);
    LONG result = request_begin(line, REQUEST_SETUP, request, consultation, call,
                                &(struct session3_request){.command = SESSION3_HOLD, .call = call->id});
    if (result < 0) {
        call_free(consultation);
        return result;
    }
    request_find(line, line->last_request)->pending = pending;
    *handle = (HDRVCALL)(ULONG_PTR)consultation->handle;
    return result;
}

LONG transfer_dial(struct call *consultation, DRV_REQUESTID request, const WCHAR *to, DWORD country)
{
    char address[ADDRESS_BYTES];
    WCHAR number[PARTY_TEXT];
    struct line *line = consultation->line;
    struct call *first = consultation->partner;
    if (!line_can(line, CAN(CONSULT)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (consultation->phase != CALL_ACCEPTED || !consultation->consultation || consultation->id[0] ||
        consultation->consulting || !first)
        return LINE_ERROR(INVALCALLSTATE);
    LONG error = dialable_read(to, address, number);
    if (error)
        return error;
    const struct call *asked = call_at_switch(first, CAN(CONSULT));
    if (!line_is_whole(line) || !asked)
        return LINE_ERROR(RESOURCEUNAVAIL);
    memcpy(consultation->address, address, sizeof address);
    text_copy(consultation->parties[PARTY_CALLED].id, PARTY_TEXT, number);
    consultation->country = country;
    consultation->consulting = true;
    consultation->make_request = request;
    action_dial(line, consultation, asked->id);
    return (LONG)request;
}

/* The two belong together, in either role; or the switch joins any two. */
static LONG check_pair(const struct call *call, const struct call *other)
{
    if (call->line != other->line || call == other)
        return LINE_ERROR(INVALCONSULTCALLHANDLE);
    if (call->partner == other)
        return 0;
    return !call->partner && !other->partner && line_can(call->line, CAN(COMPLETE_ANY)) &&
                   call->state == LINECALLSTATE_ONHOLD
               ? 0
               : LINE_ERROR(INVALCONSULTCALLHANDLE);
}

LONG transfer_complete(struct call *call, struct call *consultation, DRV_REQUESTID request)
{
    struct line *line = call->line;
    DWORD ringing = LINECALLSTATE_PROCEEDING | LINECALLSTATE_RINGBACK;
    if (!line_can(line, CAN(COMPLETE)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (call->phase != CALL_ACCEPTED || consultation->phase != CALL_ACCEPTED)
        return LINE_ERROR(INVALCALLSTATE);
    LONG error = check_pair(call, consultation);
    if (error)
        return error;
    if (!(call->state & (LINECALLSTATE_ONHOLDPENDTRANSFER | LINECALLSTATE_ONHOLD)) ||
        !(consultation->state & (LINECALLSTATE_CONNECTED | ringing)) ||
        (consultation->state & ringing && !line_can(line, CAN(COMPLETE_RINGING))))
        return LINE_ERROR(INVALCALLSTATE);
    const char *other = call->partner ? NULL : consultation->id;
    LONG result = request_begin(line, REQUEST_COMPLETE, request, call, consultation,
                                &(struct session3_request){.command = SESSION3_COMPLETE, .call = call->id, .other = other});
    if (result >= 0)
        call->hanging_up = consultation->hanging_up = true;
    return result;
}

LONG transfer_take(struct line *line, enum session3_command command, DRV_REQUESTID request, HTAPICALL ht,
                   LPHDRVCALL handle, const WCHAR *from)
{
    char where[ADDRESS_BYTES] = "";
    LONG error = from ? control_read_address(from, where) : 0;
    if (!line_can(line, SESSION3_BIT(command)))
        error = LINE_ERROR(OPERATIONUNAVAIL);
    else if (error == 0 && (line->removed || !line_is_whole(line)))
        error = LINE_ERROR(RESOURCEUNAVAIL);
    else if (error == 0 && call_dialling(line))
        error = LINE_ERROR(CALLUNAVAIL);
    if (error)
        return error;
    struct call *call = call_new(line, ht);
    if (!call)
        return LINE_ERROR(NOMEM);
    memcpy(call->address, where, sizeof where);
    call->beginning = command;
    call->make_request = request;
    call->inbound = true;
    call->origin = LINECALLORIGIN_INBOUND;
    call->reason = command == SESSION3_PICKUP ? LINECALLREASON_PICKUP : LINECALLREASON_UNPARK;
    *handle = (HDRVCALL)(ULONG_PTR)call->handle;
    call_begin(call);
    return (LONG)request;
}
