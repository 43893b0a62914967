#include "call_info.h"

#include "events.h"
#include "session_text.h"
#include "text.h"

void call_info_tell(struct call *call, DWORD changed)
{
    if (changed && call->phase == CALL_ACCEPTED)
        event_line(call->line, call, LINE_CALLINFO, changed, 0, 0);
    else if (call->phase == CALL_ANNOUNCED)
        call->info |= changed;
}

static bool update_text(WCHAR *text, struct session_text now)
{
    WCHAR fresh[PARTY_TEXT];
    text_from_utf8(now.bytes, now.length, fresh, PARTY_TEXT);
    if (text_equal(text, fresh))
        return false;
    text_copy(text, PARTY_TEXT, fresh);
    return true;
}

/* Versions 1 and 2: what is empty is not known yet. */
static DWORD update(WCHAR *text, struct session_text now, DWORD bit)
{
    return now.length > 0 && update_text(text, now) ? bit : 0;
}

void call_info_notified(struct call *call, const struct session_message *message)
{
    struct party *caller = &call->parties[PARTY_CALLER], *called = &call->parties[PARTY_CALLED];
    struct party *connected = &call->parties[PARTY_CONNECTED];
    bool talks = call->session_state == SESSION_CONNECTED;
    DWORD bits = LINECALLINFOSTATE_CALLEDID | (talks ? LINECALLINFOSTATE_CONNECTEDID : 0);
    DWORD changed = update(caller->name, message->caller_name, LINECALLINFOSTATE_CALLERID);
    changed |= update(caller->id, message->caller_id, LINECALLINFOSTATE_CALLERID);
    changed |= update(called->name, message->callee_name, bits);
    changed |= update(called->id, message->callee_id, bits);
    if (message->kind == SESSION_CALL_STATE && message->state == SESSION_CONNECTED) {
        if (!talks)
            changed |= LINECALLINFOSTATE_CONNECTEDID;
        talks = true;
    }
    if (talks)
        *connected = *called;
    call_info_tell(call, changed);
}

static bool is_nothing(const struct session3_party *party)
{
    return party->name.length == 0 && party->id.length == 0 && party->privacy == SESSION3_SHOWN;
}

static DWORD take_party(struct call *call, enum call_party which, const struct session3_party *now, DWORD bit)
{
    struct party *party = &call->parties[which];
    enum party_privacy privacy = now->privacy == SESSION3_WITHHELD    ? PARTY_WITHHELD
                                 : now->privacy == SESSION3_UNAVAILABLE ? PARTY_UNAVAILABLE
                                                                        : PARTY_SHOWN;
    bool changed = update_text(party->name, now->name);
    changed |= update_text(party->id, now->id);
    changed |= party->privacy != privacy;
    party->privacy = privacy;
    return changed ? bit : 0;
}

static DWORD reason_of(enum session3_reason reason)
{
    switch (reason) {
    case SESSION3_DIRECT:
        return LINECALLREASON_DIRECT;
    case SESSION3_FORWARDED_ALWAYS:
        return LINECALLREASON_FWDUNCOND;
    case SESSION3_FORWARDED_BUSY:
        return LINECALLREASON_FWDBUSY;
    case SESSION3_FORWARDED_NO_ANSWER:
        return LINECALLREASON_FWDNOANSWER;
    case SESSION3_REDIRECTED:
        return LINECALLREASON_REDIRECT;
    case SESSION3_TRANSFERRED:
        return LINECALLREASON_TRANSFER;
    case SESSION3_PICKED_UP:
        return LINECALLREASON_PICKUP;
    case SESSION3_UNPARKED:
        return LINECALLREASON_UNPARK;
    case SESSION3_REMINDER:
        return LINECALLREASON_REMINDER;
    case SESSION3_UNKNOWN_REASON:
        break;
    }
    return LINECALLREASON_UNKNOWN;
}

/* Exactly one bit: a program that compares the value finds none in two. */
static DWORD origin_of(const struct session3_call *call)
{
    if (!call->inbound)
        return LINECALLORIGIN_OUTBOUND;
    return call->origin == SESSION3_INTERNAL   ? LINECALLORIGIN_INTERNAL
           : call->origin == SESSION3_EXTERNAL ? LINECALLORIGIN_EXTERNAL
                                               : LINECALLORIGIN_INBOUND;
}

static DWORD take_value(DWORD *value, DWORD now, DWORD bit)
{
    bool changed = *value != now;
    *value = now;
    return changed ? bit : 0;
}

void call_info_told(struct call *call, const struct session3_call *now)
{
    /* Who has answered is told when it is not who was called. An incoming call is connected with its caller. */
    const struct session3_party *connected = !is_nothing(&now->connected) ? &now->connected
                                             : now->inbound              ? &now->caller
                                                                         : &now->callee;
    DWORD changed = 0;
    call->inbound = now->inbound;
    call->by_hand = now->by_hand;
    call->allowed = now->features.known ? now->features.bits : CAN_AT_BEST;
    if (!is_nothing(&now->caller) || now->inbound)
        changed |= take_party(call, PARTY_CALLER, &now->caller, LINECALLINFOSTATE_CALLERID);
    if (!is_nothing(&now->callee) || now->inbound)
        changed |= take_party(call, PARTY_CALLED, &now->callee, LINECALLINFOSTATE_CALLEDID);
    if (now->state == SESSION_CONNECTED && !is_nothing(connected))
        changed |= take_party(call, PARTY_CONNECTED, connected, LINECALLINFOSTATE_CONNECTEDID);
    changed |= take_party(call, PARTY_REDIRECTING, &now->redirecting, LINECALLINFOSTATE_REDIRECTINGID);
    changed |= take_party(call, PARTY_REDIRECTION, &now->redirected_to, LINECALLINFOSTATE_REDIRECTIONID);
    changed |= take_value(&call->origin, origin_of(now), LINECALLINFOSTATE_ORIGIN);
    changed |= take_value(&call->reason, reason_of(now->reason), LINECALLINFOSTATE_REASON);
    call_id_copy(call->related, now->related);
    call_id_copy(call->conference, now->conference);
    call_info_tell(call, changed);
}

DWORD call_info_related(const struct call *call)
{
    if (call->partner && call->partner->phase != CALL_SENT)
        return call->partner->number;
    if (!call->related[0])
        return 0;
    for (const struct call *other = call->line->calls; other; other = other->next)
        if (other != call && call_id_equal(other->id, session_text_of(call->related)))
            return other->number;
    return 0;
}

/* The other one may have begun, ended or got another number. */
void call_infos_settle(struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next) {
        if (call->phase != CALL_ACCEPTED && call->phase != CALL_ANNOUNCED)
            continue;
        DWORD related = call_info_related(call);
        if (related != call->told_related)
            call_info_tell(call, LINECALLINFOSTATE_RELATEDCALLID);
        call->told_related = related;
    }
}
