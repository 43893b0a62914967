#include "features.h"

#include "call_list.h"
#include "connection.h"
#include "tapi_version.h"

DWORD line_capabilities(const struct line *line)
{
    return line->known ? line->capabilities : CAN_AT_BEST;
}

bool line_can(const struct line *line, DWORD can)
{
    return (line_capabilities(line) & can) == can;
}

bool line_is_old(const struct line *line)
{
    return line->known && !line->whole_control;
}

bool line_rings(const struct line *line)
{
    for (const struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_ACCEPTED && call->state & (LINECALLSTATE_OFFERING | LINECALLSTATE_ACCEPTED))
            return true;
    return false;
}

/* With nobody there to ask nothing may be. A Smart Messenger of version 1 or 2 is asked for drops only. */
static bool can_be_asked(const struct line *line)
{
    return line->connection.phase == CONNECTION_READY && (line->connection.version < 3 || line->reachable);
}

bool call_may(const struct call *call, DWORD can)
{
    return line_is_whole(call->line) && can_be_asked(call->line) && line_can(call->line, can) &&
           (call->allowed & can) == can;
}

bool line_conference_grows(const struct line *line)
{
    return line_can(line, CAN(CONSULT) | CAN(CONFERENCE) | CAN(CONFERENCE_8));
}

bool conference_has_room(const struct call *conference)
{
    int parties = 1; /* the own phone */
    for (const struct call *call = conference->line->calls; call; call = call->next)
        parties += call->conference_call == conference && call->phase == CALL_ACCEPTED;
    return parties < MAX_LARGE_CONFERENCE;
}

/* Without any call it is the switch that knows whether there may be one. With some it has told, or all have to be held. */
bool line_is_free(const struct line *line)
{
    if (!line->whole_control)
        return !call_live(line);
    if (call_dialling(line))
        return false;
    bool any = false, all_held = true;
    for (const struct call *call = line->calls; call; call = call->next) {
        if (call->phase == CALL_OVER)
            continue;
        any = true;
        all_held &= call->held;
    }
    if (!any)
        return true;
    return line_is_whole(line) && line->reachable &&
           (line->features_known ? (line->features & CAN(DIAL)) != 0 : all_held && line_can(line, CAN(HOLD)));
}

bool line_can_call(const struct line *line)
{
    return !line->removed && line_can(line, CAN(DIAL)) && line_is_free(line) && connection_is_expected(line);
}

/* Another call of the line in one of these states. */
static const struct call *another(const struct call *call, DWORD states)
{
    for (const struct call *other = call->line->calls; other; other = other->next)
        if (other != call && other->phase == CALL_ACCEPTED && other->state & states &&
            (!other->is_conference || line_conference_grows(other->line)))
            return other;
    return NULL;
}

#define ON_HOLD (LINECALLSTATE_ONHOLD | LINECALLSTATE_ONHOLDPENDTRANSFER | LINECALLSTATE_ONHOLDPENDCONF)

static DWORD if_may(const struct call *call, DWORD can, DWORD feature)
{
    return call_may(call, can) ? feature : 0;
}

/* It is the held call that is asked to be swapped with the other one. */
static DWORD swap_feature(const struct call *call)
{
    const struct call *held = call->held ? call : another(call, ON_HOLD);
    bool can = held && call_may(held, CAN(SWAP)) && (held != call || another(call, LINECALLSTATE_CONNECTED));
    return can ? LINECALLFEATURE_SWAPHOLD : 0;
}

/* Can the call on hold be connected with the one in conversation, though neither was made for the other? */
static bool completes_any(const struct call *call)
{
    if (call->partner || !line_can(call->line, CAN(COMPLETE) | CAN(COMPLETE_ANY)))
        return false;
    for (const struct call *other = call->line->calls; other; other = other->next)
        if (other != call && other->phase == CALL_ACCEPTED && other->state == LINECALLSTATE_CONNECTED &&
            !other->is_conference && !other->partner)
            return true;
    return false;
}

/* A call that is on hold for another one is taken back by giving that one up, which works always. */
static DWORD unhold_feature(const struct call *call)
{
    bool can = call->partner ? line_can(call->line, CAN(RETRIEVE)) : call_may(call, CAN(RETRIEVE));
    return can ? LINECALLFEATURE_UNHOLD : 0;
}

/* Of either call of a consultation: can the two others be connected, or all be joined? */
static DWORD complete_feature(const struct call *call)
{
    const struct call *second = call->consultation ? call : call->partner;
    const struct call *first = second ? second->partner : NULL;
    if (!first || !second->id[0])
        return 0;
    if (second->pending == PENDING_CONFERENCE || first->pending == PENDING_CONFERENCE) {
        bool may = call_may(first->is_conference ? second : first, CAN(CONFERENCE));
        return may && second->session_state == SESSION_CONNECTED ? LINECALLFEATURE_ADDTOCONF : 0;
    }
    bool answered = second->session_state == SESSION_CONNECTED;
    if (!answered && (!line_can(call->line, CAN(COMPLETE_RINGING)) || second->session_state < SESSION_PROCEED))
        return 0;
    return call_may(first, CAN(COMPLETE)) || call_may(second, CAN(COMPLETE)) ? LINECALLFEATURE_COMPLETETRANSF : 0;
}

static DWORD features_of_connected(const struct call *call)
{
    DWORD features = LINECALLFEATURE_DROP | swap_feature(call) |
                     if_may(call, CAN(DTMF), LINECALLFEATURE_GENERATEDIGITS);
    if (call->partner)
        return features | complete_feature(call);
    features |= if_may(call, CAN(HOLD), LINECALLFEATURE_HOLD);
    features |= if_may(call, CAN(TRANSFER), LINECALLFEATURE_BLINDTRANSFER);
    features |= if_may(call, CAN(CONSULT) | CAN(HOLD), LINECALLFEATURE_SETUPTRANSFER);
    if (call_may(call, CAN(CONSULT)) && line_can(call->line, CAN(CONFERENCE)))
        features |= LINECALLFEATURE_SETUPCONF;
    return features | if_may(call, CAN(PARK), LINECALLFEATURE_PARK);
}

/* Joined, and taken up by nothing else: may somebody else be asked to join? */
static DWORD prepare_feature(const struct call *conference)
{
    bool can = conference->state == LINECALLSTATE_CONNECTED && !conference->partner && conference_has_room(conference);
    return can && line_conference_grows(conference->line) ? if_may(conference, CAN(CONSULT), LINECALLFEATURE_PREPAREADDCONF)
                                                          : 0;
}

/* A call beside the conference, one of the two on hold, may come in. */
static DWORD add_feature(const struct call *conference)
{
    DWORD states = conference->held ? LINECALLSTATE_CONNECTED : LINECALLSTATE_ONHOLD;
    const struct call *other = conference->partner ? NULL : another(conference, states);
    bool can = other && line_conference_grows(conference->line) && conference_has_room(conference);
    return can && call_may(other, CAN(CONFERENCE)) ? LINECALLFEATURE_ADDTOCONF : 0;
}

static DWORD features_of_conference(const struct call *conference)
{
    DWORD features = LINECALLFEATURE_DROP;
    if (conference->session_state != SESSION_CONNECTED) { /* it is being set up: the first call has the consultation */
        for (const struct call *call = conference->line->calls; call; call = call->next)
            if (call->conference_call == conference && call->partner)
                features |= complete_feature(call);
        return features;
    }
    if (conference->state & ON_HOLD)
        features |= unhold_feature(conference);
    return features | swap_feature(conference) | complete_feature(conference) | prepare_feature(conference) |
           add_feature(conference);
}

/* After the tables of the TAPI reference (lineGetCallStatus and the functions' pages), narrowed to what can be done. */
static DWORD features_of_whole(const struct call *call)
{
    if (!can_be_asked(call->line))
        return 0;
    if (call->is_conference)
        return features_of_conference(call);
    switch (call->state) {
    case LINECALLSTATE_OFFERING:
    case LINECALLSTATE_ACCEPTED:
        return (call->state == LINECALLSTATE_OFFERING && line_can(call->line, CAN(ANSWER)) ? LINECALLFEATURE_ACCEPT : 0) |
               if_may(call, CAN(ANSWER), LINECALLFEATURE_ANSWER) |
               if_may(call, CAN(REDIRECT), LINECALLFEATURE_REDIRECT) |
               (call_may(call, CAN(REJECT)) || call_may(call, CAN(DROP)) ? LINECALLFEATURE_DROP : 0);
    case LINECALLSTATE_DIALTONE:
        return LINECALLFEATURE_DROP | (call->consultation && !call->id[0] ? LINECALLFEATURE_DIAL : 0);
    case LINECALLSTATE_PROCEEDING:
    case LINECALLSTATE_RINGBACK:
    case LINECALLSTATE_BUSY:
        return LINECALLFEATURE_DROP | swap_feature(call) | complete_feature(call);
    case LINECALLSTATE_CONNECTED:
        return features_of_connected(call);
    case LINECALLSTATE_CONFERENCED: /* while another one is asked to join it is not a conference yet */
        return LINECALLFEATURE_DROP | (call->partner ? 0 : if_may(call, CAN(DROP), LINECALLFEATURE_REMOVEFROMCONF));
    case LINECALLSTATE_ONHOLD: {
        DWORD features = LINECALLFEATURE_DROP | if_may(call, CAN(RETRIEVE), LINECALLFEATURE_UNHOLD) | swap_feature(call);
        return features | complete_feature(call) | (completes_any(call) ? LINECALLFEATURE_COMPLETETRANSF : 0);
    }
    case LINECALLSTATE_ONHOLDPENDTRANSFER:
    case LINECALLSTATE_ONHOLDPENDCONF:
        return LINECALLFEATURE_DROP | (line_can(call->line, CAN(RETRIEVE)) ? LINECALLFEATURE_UNHOLD : 0) |
               swap_feature(call) | complete_feature(call);
    default:
        return LINECALLFEATURE_DROP;
    }
}

DWORD call_features(const struct call *call)
{
    if (call->state == LINECALLSTATE_IDLE)
        return 0;
    return call->line->whole_control ? features_of_whole(call) : LINECALLFEATURE_DROP;
}

DWORD call_features_2(const struct call *call, DWORD features)
{
    DWORD features_2 = features & LINECALLFEATURE_SETUPTRANSFER ? LINECALLFEATURE2_ONESTEPTRANSFER : 0;
    if (features & LINECALLFEATURE_COMPLETETRANSF) {
        features_2 |= LINECALLFEATURE2_TRANSFERNORM;
        bool all = call->session_state == SESSION_CONNECTED && call->partner &&
                   call->partner->session_state == SESSION_CONNECTED;
        if (line_can(call->line, CAN(CONFERENCE)) && all)
            features_2 |= LINECALLFEATURE2_TRANSFERCONF;
    }
    if (features & LINECALLFEATURE_PARK)
        features_2 |= LINECALLFEATURE2_PARKNONDIRECT |
                      (line_can(call->line, CAN(PARK_AT)) ? LINECALLFEATURE2_PARKDIRECT : 0);
    return features_2;
}

/* Capabilities, and the address' features that they are offered by. */
static DWORD address_features(const struct line *line, DWORD can, DWORD version)
{
    DWORD features = can & CAN(DIAL) ? LINEADDRFEATURE_MAKECALL : 0;
    if (can & CAN(PICKUP)) {
        features |= LINEADDRFEATURE_PICKUP;
        if (version >= VERSION_2_0)
            features |= LINEADDRFEATURE_PICKUPDIRECT |
                        (line_can(line, CAN(PICKUP_GROUP)) ? LINEADDRFEATURE_PICKUPGROUP : 0);
    }
    if (can & CAN(UNPARK))
        features |= LINEADDRFEATURE_UNPARK;
    if (can & (CAN(FORWARD) | CAN(DO_NOT_DISTURB)))
        features |= LINEADDRFEATURE_FORWARD;
    if (version >= VERSION_2_0)
        features |= (can & CAN(FORWARD) ? LINEADDRFEATURE_FORWARDFWD : 0) |
                    (can & CAN(DO_NOT_DISTURB) ? LINEADDRFEATURE_FORWARDDND : 0);
    return features;
}

static DWORD device_features(DWORD address_features)
{
    return (address_features & LINEADDRFEATURE_MAKECALL ? LINEFEATURE_MAKECALL : 0) |
           (address_features & LINEADDRFEATURE_FORWARD ? LINEFEATURE_FORWARD : 0) |
           (address_features & LINEADDRFEATURE_FORWARDFWD ? LINEFEATURE_FORWARDFWD : 0) |
           (address_features & LINEADDRFEATURE_FORWARDDND ? LINEFEATURE_FORWARDDND : 0);
}

DWORD line_address_features(const struct line *line)
{
    DWORD can = line_can_call(line) ? CAN(DIAL) : 0;
    if (line_is_whole(line) && line->reachable)
        can |= line_capabilities(line) & ~CAN(DIAL) & (line->features_known ? line->features : CAN_AT_BEST);
    return address_features(line, can, line->version);
}

DWORD line_device_features(const struct line *line)
{
    return device_features(line_address_features(line));
}

DWORD line_address_features_at_best(const struct line *line, DWORD version)
{
    return address_features(line, line_capabilities(line), version);
}

DWORD line_device_features_at_best(const struct line *line, DWORD version)
{
    return device_features(line_address_features_at_best(line, version));
}

static DWORD if_can(const struct line *line, DWORD can, DWORD feature)
{
    return line_can(line, can) ? feature : 0;
}

DWORD line_call_features_at_best(const struct line *line)
{
    return LINECALLFEATURE_DROP | if_can(line, CAN(ANSWER), LINECALLFEATURE_ANSWER | LINECALLFEATURE_ACCEPT) |
           if_can(line, CAN(REDIRECT), LINECALLFEATURE_REDIRECT) | if_can(line, CAN(HOLD), LINECALLFEATURE_HOLD) |
           if_can(line, CAN(RETRIEVE), LINECALLFEATURE_UNHOLD) | if_can(line, CAN(SWAP), LINECALLFEATURE_SWAPHOLD) |
           if_can(line, CAN(TRANSFER), LINECALLFEATURE_BLINDTRANSFER) |
           if_can(line, CAN(CONSULT), LINECALLFEATURE_SETUPTRANSFER | LINECALLFEATURE_DIAL) |
           if_can(line, CAN(COMPLETE), LINECALLFEATURE_COMPLETETRANSF) |
           if_can(line, CAN(CONSULT) | CAN(CONFERENCE), LINECALLFEATURE_SETUPCONF | LINECALLFEATURE_ADDTOCONF | LINECALLFEATURE_REMOVEFROMCONF) |
           (line_conference_grows(line) ? LINECALLFEATURE_PREPAREADDCONF : 0) |
           if_can(line, CAN(DTMF), LINECALLFEATURE_GENERATEDIGITS) | if_can(line, CAN(PARK), LINECALLFEATURE_PARK);
}

DWORD line_call_features_2_at_best(const struct line *line)
{
    return if_can(line, CAN(COMPLETE), LINECALLFEATURE2_TRANSFERNORM) |
           if_can(line, CAN(CONSULT), LINECALLFEATURE2_ONESTEPTRANSFER) |
           if_can(line, CAN(COMPLETE) | CAN(CONFERENCE), LINECALLFEATURE2_TRANSFERCONF) |
           if_can(line, CAN(PARK), LINECALLFEATURE2_PARKNONDIRECT) |
           if_can(line, CAN(PARK) | CAN(PARK_AT), LINECALLFEATURE2_PARKDIRECT);
}

/* Incoming calls count from their announcement, those that are dialled from their completion. */
struct call_counts line_call_counts(const struct line *line)
{
    struct call_counts counts = {0, 0, 0};
    for (const struct call *call = line->calls; call; call = call->next) {
        if (call->phase != CALL_ACCEPTED)
            continue;
        if (call->state == LINECALLSTATE_ONHOLD)
            counts.held++;
        else if (call->state & ON_HOLD)
            counts.pending++;
        else
            counts.active++;
    }
    return counts;
}
