#include "fill_call.h"

#include "area.h"
#include "call_info.h"
#include "features.h"
#include "memory.h"
#include "states_told.h"
#include "tapi_version.h"
#include "text.h"

/* Flags, address and name of a party, whose members follow each other in this order. */
struct party_id {
    DWORD flags, size, offset, name_size, name_offset;
};

static DWORD flags_of(const struct party *party)
{
    DWORD flags = (party->id[0] ? LINECALLPARTYID_ADDRESS : 0) | (party->name[0] ? LINECALLPARTYID_NAME : 0);
    if (flags)
        return flags;
    return party->privacy == PARTY_WITHHELD      ? LINECALLPARTYID_BLOCKED
           : party->privacy == PARTY_UNAVAILABLE ? LINECALLPARTYID_OUTOFAREA
                                                 : LINECALLPARTYID_UNKNOWN; /* it may come yet */
}

static void put_party(struct area *area, DWORD *members, const struct party *party)
{
    struct party_id *id = (struct party_id *)(void *)members;
    id->size = id->offset = id->name_size = id->name_offset = 0;
    id->flags = flags_of(party);
    if (party->id[0])
        area_put_text(area, (struct part){&id->size, &id->offset}, party->id);
    if (party->name[0])
        area_put_text(area, (struct part){&id->name_size, &id->name_offset}, party->name);
}

/* Most calls have none, and will not. */
static void put_redirection(struct area *area, DWORD *members, const struct party *party)
{
    put_party(area, members, party);
    if (*members == LINECALLPARTYID_UNKNOWN)
        *members = LINECALLPARTYID_UNAVAIL;
}

static void fill_parties(const struct call *call, struct area *area, LINECALLINFO *info)
{
    put_party(area, &info->dwCallerIDFlags, &call->parties[PARTY_CALLER]);
    put_party(area, &info->dwCalledIDFlags, &call->parties[PARTY_CALLED]);
    put_party(area, &info->dwConnectedIDFlags, &call->parties[PARTY_CONNECTED]);
    put_redirection(area, &info->dwRedirectionIDFlags, &call->parties[PARTY_REDIRECTION]);
    put_redirection(area, &info->dwRedirectingIDFlags, &call->parties[PARTY_REDIRECTING]);
}

static void put_own(struct area *area, struct part part, const WCHAR *text)
{
    *part.size = *part.offset = 0;
    if (text[0])
        area_put_text(area, part, text);
}

/* These members are TAPI's, which keeps what applications have given it. It has nothing of a call that no application has
 * made, and leaves them as they are (TSPI, Externally Generated Phone Numbers). */
static void fill_external(const struct call *call, struct area *area, LINECALLINFO *info)
{
    if (call->dialled || call->inbound || call->is_conference)
        return;
    put_own(area, PART(info, dwDisplayableAddress), call->parties[PARTY_CALLED].id);
    put_own(area, PART(info, dwCalledParty), call->parties[PARTY_CALLED].name);
}

LONG fill_call_info(const struct call *call, LINECALLINFO *info)
{
    struct area area;
    DWORD version = call->line->version;
    LONG error = area_begin(&area, info, area_size(version, 296, 324, 324, 344));
    if (error)
        return error;
    info->dwLineDeviceID = call->line->device_id;
    info->dwAddressID = 0;
    info->dwBearerMode = LINEBEARERMODE_VOICE;
    info->dwRate = 0;
    info->dwMediaMode = call->media_mode;
    info->dwAppSpecific = call->app_specific;
    info->dwCallID = call->number;
    info->dwRelatedCallID = call_info_related(call);
    info->dwCallParamFlags = call->param_flags;
    info->dwCallStates = states_told(call->line);
    memset(&info->DialParams, 0, sizeof info->DialParams);
    info->dwOrigin = call->origin;
    info->dwReason = call->reason;
    info->dwCompletionID = 0;
    info->dwCountryCode = call->country;
    info->dwTrunk = 0xFFFFFFFF;
    fill_parties(call, &area, info);
    fill_external(call, &area, info);
    ZERO(info, dwDisplaySize, dwDevSpecificOffset);
    if (version >= VERSION_2_0)
        ZERO(info, dwCallTreatment, dwReceivingFlowspecOffset);
    if (version >= VERSION_3_0)
        info->dwCallerIDAddressType = info->dwCalledIDAddressType = info->dwConnectedIDAddressType =
            info->dwRedirectionIDAddressType = info->dwRedirectingIDAddressType = LINEADDRESSTYPE_PHONENUMBER;
    return area_finish(&area);
}

LONG fill_call_status(const struct call *call, LINECALLSTATUS *status)
{
    struct area area;
    LONG error = area_begin(&area, status, area_size(call->line->version, 36, 56, 56, 56));
    if (error)
        return error;
    status->dwCallState = call->state;
    status->dwCallStateMode = call->mode;
    status->dwCallFeatures = call_features(call);
    EMPTY(status, dwDevSpecific);
    if (call->line->version >= VERSION_2_0) {
        status->dwCallFeatures2 = call_features_2(call, status->dwCallFeatures);
        status->tStateEntryTime = call->since;
    }
    return area_finish(&area);
}
