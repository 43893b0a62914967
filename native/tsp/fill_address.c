#include "fill_address.h"

#include "area.h"
#include "features.h"
#include "forward.h"
#include "memory.h"
#include "states_told.h"
#include "tapi_version.h"

#define PARTY_FLAGS                                                                                                   \
    (LINECALLPARTYID_ADDRESS | LINECALLPARTYID_NAME | LINECALLPARTYID_UNKNOWN | LINECALLPARTYID_UNAVAIL)

/* What a Smart Messenger of versions 1 and 2 does not tell. */
#define WHOLE_ADDRESS_STATES (LINEADDRESSSTATE_INUSEMANY | LINEADDRESSSTATE_FORWARD)
#define WHOLE_INFO_STATES                                                                                             \
    (LINECALLINFOSTATE_ORIGIN | LINECALLINFOSTATE_REASON | LINECALLINFOSTATE_REDIRECTINGID |                          \
     LINECALLINFOSTATE_REDIRECTIONID | LINECALLINFOSTATE_RELATEDCALLID | LINECALLINFOSTATE_CALLID |                   \
     LINECALLINFOSTATE_MEDIAMODE)
#define WHOLE_PARTY_FLAGS (PARTY_FLAGS | LINECALLPARTYID_BLOCKED | LINECALLPARTYID_OUTOFAREA)
#define WHOLE_DISCONNECT_MODES (LINEDISCONNECTMODE_PICKUP | LINEDISCONNECTMODE_FORWARDED)

#define DISCONNECT_MODES                                                                                              \
    (LINEDISCONNECTMODE_NORMAL | LINEDISCONNECTMODE_UNKNOWN | LINEDISCONNECTMODE_REJECT | LINEDISCONNECTMODE_BUSY |   \
     LINEDISCONNECTMODE_NOANSWER | LINEDISCONNECTMODE_BADADDRESS | LINEDISCONNECTMODE_UNREACHABLE |                   \
     LINEDISCONNECTMODE_UNAVAIL | LINEDISCONNECTMODE_NODIALTONE)
#define DISCONNECT_MODES_2_0                                                                                          \
    (LINEDISCONNECTMODE_TEMPFAILURE | LINEDISCONNECTMODE_BLOCKED | LINEDISCONNECTMODE_CANCELLED)

static void fill_second_call(const struct line *line, LINEADDRESSCAPS *caps)
{
    if (line_can(line, CAN(HOLD)))
        caps->dwMaxNumOnHoldCalls = MAX_HELD_CALLS;
    if (line_can(line, CAN(CONSULT))) {
        caps->dwMaxNumOnHoldPendingCalls = 1;
        caps->dwAddrCapFlags |= LINEADDRCAPFLAGS_AUTORECONNECT;
    }
    if (line_can(line, CAN(COMPLETE)))
        caps->dwTransferModes = LINETRANSFERMODE_TRANSFER;
    if (line_can(line, CAN(COMPLETE) | CAN(COMPLETE_ANY)))
        caps->dwAddrCapFlags |= LINEADDRCAPFLAGS_TRANSFERHELD;
    if (line_can(line, CAN(CONSULT) | CAN(CONFERENCE))) {
        caps->dwMaxNumConference = caps->dwMaxNumTransConf =
            line_conference_grows(line) ? MAX_LARGE_CONFERENCE : MAX_CONFERENCE;
        caps->dwRemoveFromConfCaps = LINEREMOVEFROMCONF_ANY;
        caps->dwRemoveFromConfState = LINECALLSTATE_IDLE;
        caps->dwAddrCapFlags |= LINEADDRCAPFLAGS_CONFDROP;
        if (line_can(line, CAN(COMPLETE)))
            caps->dwTransferModes |= LINETRANSFERMODE_CONFERENCE;
    }
    if (line_can(line, CAN(PARK)))
        caps->dwParkModes = LINEPARKMODE_NONDIRECTED | (line_can(line, CAN(PARK_AT)) ? LINEPARKMODE_DIRECTED : 0);
}

static void fill_forwarding(const struct line *line, LINEADDRESSCAPS *caps)
{
    caps->dwForwardModes = forward_modes(line);
    if (!caps->dwForwardModes)
        return;
    caps->dwAddrCapFlags |= LINEADDRCAPFLAGS_FWDSTATUSVALID;
    caps->dwMaxForwardEntries = FORWARD_ENTRIES;
    if (line_can(line, CAN(FORWARD) | CAN(FORWARD_NO_ANSWER))) {
        caps->dwAddrCapFlags |= LINEADDRCAPFLAGS_FWDNUMRINGS;
        caps->dwMinFwdNumRings = FORWARD_MIN_RINGS;
        caps->dwMaxFwdNumRings = FORWARD_MAX_RINGS;
    }
}

LONG fill_address_caps(const struct line *line, DWORD version, LINEADDRESSCAPS *caps)
{
    struct area area;
    bool old = line_is_old(line);
    LONG error = area_begin(&area, caps, area_size(version, 180, 228, 228, 228));
    if (error)
        return error;
    caps->dwLineDeviceID = line->device_id;
    if (line->settings.terminal[0])
        area_put_text(&area, PART(caps, dwAddress), line->settings.terminal);
    else /* the Smart Messenger's own, which is not known here */
        EMPTY(caps, dwAddress);
    EMPTY(caps, dwDevSpecific);
    caps->dwAddressSharing = LINEADDRESSSHARING_PRIVATE;
    caps->dwAddressStates = LINEADDRESSSTATE_INUSEZERO | LINEADDRESSSTATE_INUSEONE | LINEADDRESSSTATE_NUMCALLS |
                            LINEADDRESSSTATE_CAPSCHANGE | LINEADDRESSSTATE_OTHER | (old ? 0 : WHOLE_ADDRESS_STATES);
    caps->dwCallInfoStates = LINECALLINFOSTATE_APPSPECIFIC | LINECALLINFOSTATE_CALLERID | LINECALLINFOSTATE_CALLEDID |
                             LINECALLINFOSTATE_CONNECTEDID | (old ? 0 : WHOLE_INFO_STATES);
    caps->dwCallerIDFlags = caps->dwCalledIDFlags = caps->dwConnectedIDFlags = old ? PARTY_FLAGS : WHOLE_PARTY_FLAGS;
    caps->dwRedirectionIDFlags = caps->dwRedirectingIDFlags = old ? LINECALLPARTYID_UNAVAIL : WHOLE_PARTY_FLAGS;
    caps->dwCallStates = states_told(line);
    caps->dwDialToneModes = LINEDIALTONEMODE_UNAVAIL;
    caps->dwBusyModes = caps->dwSpecialInfo = 0;
    caps->dwDisconnectModes = DISCONNECT_MODES | (version >= VERSION_2_0 ? DISCONNECT_MODES_2_0 : 0) |
                              (old ? 0 : WHOLE_DISCONNECT_MODES);
    caps->dwMaxNumActiveCalls = old ? 1 : MAX_ACTIVE_CALLS;
    ZERO(caps, dwMaxNumOnHoldCalls, dwMaxNumTransConf);
    caps->dwAddrCapFlags = LINEADDRCAPFLAGS_DIALED;
    caps->dwCallFeatures = line_call_features_at_best(line);
    ZERO(caps, dwRemoveFromConfCaps, dwCompletionMsgTextOffset);
    fill_second_call(line, caps);
    fill_forwarding(line, caps);
    caps->dwAddressFeatures = line_address_features_at_best(line, version);
    if (version >= VERSION_2_0) {
        ZERO(caps, dwPredictiveAutoTransferStates, dwMaxNoAnswerTimeout);
        caps->dwCallFeatures2 = line_call_features_2_at_best(line);
        caps->dwConnectedModes = LINECONNECTEDMODE_ACTIVE | (old ? 0 : LINECONNECTEDMODE_ACTIVEHELD);
        caps->dwOfferingModes = old ? 0 : LINEOFFERINGMODE_ACTIVE;
        caps->dwAvailableMediaModes = LINEMEDIAMODE_INTERACTIVEVOICE;
    }
    return area_finish(&area);
}

LONG fill_address_status(const struct line *line, LINEADDRESSSTATUS *status)
{
    struct area area;
    LONG error = area_begin(&area, status, 64);
    if (error)
        return error;
    struct call_counts counts = line_call_counts(line);
    status->dwNumInUse = counts.active + counts.held + counts.pending > 0 ? 1 : 0; /* stations, not calls */
    status->dwNumActiveCalls = counts.active;
    status->dwNumOnHoldCalls = counts.held;
    status->dwNumOnHoldPendCalls = counts.pending;
    status->dwAddressFeatures = line_address_features(line);
    ZERO(status, dwNumRingsNoAnswer, dwDevSpecificOffset);
    if (line_is_whole(line))
        forward_fill(line, &area, status);
    return area_finish(&area);
}

