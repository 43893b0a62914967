#include "fill.h"

#include "line_status.h"
#include "memory.h"
#include "tapi_version.h"
#include "text.h"
#include "version.h"

#include <stddef.h>

/* A variable string's place in a structure. */
struct part {
    DWORD *size, *offset;
};

struct area {
    BYTE *base;
    DWORD total, used, needed;
};

/* Sizes of the fixed part: as of 1.4, of 2.0, of 2.2, of 3.0. They are those of tapi.h with the packing that it
 * asks for; the header's own sizeof is that of the newest version. */
static DWORD size_of(DWORD version, DWORD v1_4, DWORD v2_0, DWORD v2_2, DWORD v3_0)
{
    return version >= VERSION_3_0 ? v3_0 : version >= VERSION_2_2 ? v2_2 : version >= VERSION_2_0 ? v2_0 : v1_4;
}

/* All six structures begin with the three sizes. */
static LONG begin(struct area *area, void *structure, DWORD fixed)
{
    DWORD *sizes = structure;
    if (!sizes)
        return LINE_ERROR(INVALPOINTER);
    *area = (struct area){(BYTE *)structure, sizes[0], fixed, fixed};
    if (sizes[0] >= 3 * sizeof(DWORD)) {
        sizes[1] = fixed;
        sizes[2] = sizes[0] < fixed ? 3 * sizeof(DWORD) : fixed;
    }
    return sizes[0] < fixed ? LINE_ERROR(STRUCTURETOOSMALL) : 0;
}

static LONG finish(const struct area *area)
{
    DWORD *sizes = (DWORD *)(void *)area->base;
    sizes[1] = area->needed;
    sizes[2] = area->used;
    return 0;
}

static void put_bytes(struct area *area, struct part part, const void *bytes, DWORD size)
{
    *part.size = *part.offset = 0;
    area->needed += size;
    if (size > area->total - area->used)
        return;
    memcpy(area->base + area->used, bytes, size);
    *part.size = size;
    *part.offset = area->used;
    area->used += size;
}

static void put_text(struct area *area, struct part part, const WCHAR *text)
{
    put_bytes(area, part, text, (text_length(text) + 1) * (DWORD)sizeof(WCHAR));
}

#define PART(structure, name) ((struct part){&(structure)->name##Size, &(structure)->name##Offset})
#define EMPTY(structure, name) ((structure)->name##Size = (structure)->name##Offset = 0)

/* To be set one by one, not as a whole: some belong to TAPI, and those behind `fixed` are not there. */
#define ZERO(structure, first, last)                                                                                  \
    memset(&(structure)->first, 0,                                                                                    \
           offsetof(__typeof__(*(structure)), last) + sizeof((structure)->last) -                                     \
               offsetof(__typeof__(*(structure)), first))

DWORD permanent_line_id(const struct line *line)
{
    return provider.permanent_id << 16 | (line->settings.index & 0xFFFF);
}

static const WCHAR PROVIDER[] = L"Offhook TAPI service provider " OFFHOOK_VERSION;
static const WCHAR SWITCH[] = L"Offhook";
static const WCHAR CLASSES[] = L"tapi/line\0"; /* a list, ended by one more zero */

static void fill_guid(const struct line *line, GUID *guid)
{
    /* Ours for good, with the line's permanent id at its end. */
    static const GUID OURS = {0x6f66c3a1, 0x5d2e, 0x4b1f, {0x9c, 0x0f, 0x0f, 0xf4, 0, 0, 0, 0}};
    DWORD id = permanent_line_id(line);
    *guid = OURS;
    memcpy(guid->Data4 + 4, &id, sizeof id);
}

static void fill_newer_caps(const struct line *line, DWORD version, struct area *area, LINEDEVCAPS *caps)
{
    if (version >= VERSION_2_0) {
        caps->dwSettableDevStatus = 0;
        put_bytes(area, PART(caps, dwDeviceClasses), CLASSES, sizeof CLASSES);
    }
    if (version >= VERSION_2_2)
        fill_guid(line, &caps->PermanentLineGuid);
    if (version >= VERSION_3_0) {
        caps->dwAddressTypes = LINEADDRESSTYPE_PHONENUMBER;
        memset(&caps->ProtocolGuid, 0, sizeof caps->ProtocolGuid);
        caps->dwAvailableTracking = 0;
    }
}

LONG fill_device_caps(const struct line *line, DWORD version, LINEDEVCAPS *caps)
{
    struct area area;
    LONG error = begin(&area, caps, size_of(version, 240, 252, 268, 292));
    if (error)
        return error;
    put_text(&area, PART(caps, dwProviderInfo), PROVIDER);
    put_text(&area, PART(caps, dwSwitchInfo), SWITCH);
    put_text(&area, PART(caps, dwLineName), line->settings.name);
    caps->dwPermanentLineID = permanent_line_id(line);
    caps->dwStringFormat = STRINGFORMAT_UNICODE;
    caps->dwAddressModes = LINEADDRESSMODE_ADDRESSID;
    caps->dwNumAddresses = 1;
    caps->dwBearerModes = LINEBEARERMODE_VOICE;
    caps->dwMaxRate = 0;
    caps->dwMediaModes = LINEMEDIAMODE_INTERACTIVEVOICE;
    ZERO(caps, dwGenerateToneModes, dwMedCtlCallStateMaxListSize);
    caps->dwDevCapFlags = LINEDEVCAPFLAGS_DIALDIALTONE; /* no CLOSEDROP: the phone outlives the program */
    caps->dwMaxNumActiveCalls = 1;
    caps->dwAnswerMode = LINEANSWERMODE_NONE;
    caps->dwRingModes = 0;
    caps->dwLineStates = LINEDEVSTATE_CONNECTED | LINEDEVSTATE_DISCONNECTED | LINEDEVSTATE_INSERVICE |
                         LINEDEVSTATE_OUTOFSERVICE | LINEDEVSTATE_NUMCALLS | LINEDEVSTATE_CAPSCHANGE |
                         LINEDEVSTATE_REMOVED | LINEDEVSTATE_OTHER;
    ZERO(caps, dwUUIAcceptSize, dwDevSpecificOffset);
    caps->dwLineFeatures = LINEFEATURE_MAKECALL;
    fill_newer_caps(line, version, &area, caps);
    return finish(&area);
}

#define PARTY_FLAGS                                                                                                   \
    (LINECALLPARTYID_ADDRESS | LINECALLPARTYID_NAME | LINECALLPARTYID_UNKNOWN | LINECALLPARTYID_UNAVAIL)

#define DISCONNECT_MODES                                                                                              \
    (LINEDISCONNECTMODE_NORMAL | LINEDISCONNECTMODE_UNKNOWN | LINEDISCONNECTMODE_REJECT | LINEDISCONNECTMODE_BUSY |   \
     LINEDISCONNECTMODE_NOANSWER | LINEDISCONNECTMODE_BADADDRESS | LINEDISCONNECTMODE_UNREACHABLE |                   \
     LINEDISCONNECTMODE_UNAVAIL | LINEDISCONNECTMODE_NODIALTONE)
#define DISCONNECT_MODES_2_0                                                                                          \
    (LINEDISCONNECTMODE_TEMPFAILURE | LINEDISCONNECTMODE_BLOCKED | LINEDISCONNECTMODE_CANCELLED)

#define CALL_STATES                                                                                                   \
    (LINECALLSTATE_IDLE | LINECALLSTATE_DIALTONE | LINECALLSTATE_DIALING | LINECALLSTATE_PROCEEDING |                 \
     LINECALLSTATE_RINGBACK | LINECALLSTATE_CONNECTED | LINECALLSTATE_DISCONNECTED | LINECALLSTATE_UNKNOWN)

LONG fill_address_caps(const struct line *line, DWORD version, LINEADDRESSCAPS *caps)
{
    struct area area;
    LONG error = begin(&area, caps, size_of(version, 180, 228, 228, 228));
    if (error)
        return error;
    caps->dwLineDeviceID = line->device_id;
    if (line->settings.terminal[0])
        put_text(&area, PART(caps, dwAddress), line->settings.terminal);
    else /* the Smart Messenger's own, which is not known here */
        EMPTY(caps, dwAddress);
    EMPTY(caps, dwDevSpecific);
    caps->dwAddressSharing = LINEADDRESSSHARING_PRIVATE;
    caps->dwAddressStates = LINEADDRESSSTATE_INUSEZERO | LINEADDRESSSTATE_INUSEONE | LINEADDRESSSTATE_NUMCALLS |
                            LINEADDRESSSTATE_CAPSCHANGE | LINEADDRESSSTATE_OTHER;
    caps->dwCallInfoStates = LINECALLINFOSTATE_APPSPECIFIC | LINECALLINFOSTATE_CALLERID | LINECALLINFOSTATE_CALLEDID |
                             LINECALLINFOSTATE_CONNECTEDID;
    caps->dwCallerIDFlags = caps->dwCalledIDFlags = caps->dwConnectedIDFlags = PARTY_FLAGS;
    caps->dwRedirectionIDFlags = caps->dwRedirectingIDFlags = LINECALLPARTYID_UNAVAIL;
    caps->dwCallStates = CALL_STATES;
    caps->dwDialToneModes = LINEDIALTONEMODE_UNAVAIL;
    caps->dwBusyModes = caps->dwSpecialInfo = 0;
    caps->dwDisconnectModes = DISCONNECT_MODES | (version >= VERSION_2_0 ? DISCONNECT_MODES_2_0 : 0);
    caps->dwMaxNumActiveCalls = 1;
    ZERO(caps, dwMaxNumOnHoldCalls, dwMaxNumTransConf);
    caps->dwAddrCapFlags = LINEADDRCAPFLAGS_DIALED;
    caps->dwCallFeatures = LINECALLFEATURE_DROP;
    ZERO(caps, dwRemoveFromConfCaps, dwCompletionMsgTextOffset);
    caps->dwAddressFeatures = LINEADDRFEATURE_MAKECALL;
    if (version >= VERSION_2_0) {
        ZERO(caps, dwPredictiveAutoTransferStates, dwMaxNoAnswerTimeout);
        caps->dwConnectedModes = LINECONNECTEDMODE_ACTIVE;
        caps->dwOfferingModes = 0;
        caps->dwAvailableMediaModes = LINEMEDIAMODE_INTERACTIVEVOICE;
    }
    return finish(&area);
}

static bool has_call(const struct line *line)
{
    return line->live && line->live->phase == CALL_ACCEPTED;
}

static bool in_service(const struct line *line)
{
    return line->connection.phase == CONNECTION_READY && !line->removed;
}

LONG fill_device_status(const struct line *line, LINEDEVSTATUS *status)
{
    struct area area;
    LONG error = begin(&area, status, size_of(line->version, 76, 88, 88, 88));
    if (error)
        return error;
    bool free = line_status_can_call(line);
    status->dwNumActiveCalls = has_call(line) ? 1 : 0;
    status->dwNumOnHoldCalls = status->dwNumOnHoldPendCalls = 0;
    status->dwLineFeatures = free ? LINEFEATURE_MAKECALL : 0;
    ZERO(status, dwNumCallCompletions, dwRoamMode);
    status->dwDevStatusFlags =
        in_service(line) ? LINEDEVSTATUSFLAGS_CONNECTED | LINEDEVSTATUSFLAGS_INSERVICE : 0;
    EMPTY(status, dwTerminalModes);
    EMPTY(status, dwDevSpecific);
    if (line->version >= VERSION_2_0)
        status->dwAvailableMediaModes = free ? LINEMEDIAMODE_INTERACTIVEVOICE : 0;
    return finish(&area);
}

LONG fill_address_status(const struct line *line, LINEADDRESSSTATUS *status)
{
    struct area area;
    LONG error = begin(&area, status, 64);
    if (error)
        return error;
    status->dwNumInUse = status->dwNumActiveCalls = has_call(line) ? 1 : 0;
    status->dwNumOnHoldCalls = status->dwNumOnHoldPendCalls = 0;
    status->dwAddressFeatures = line_status_can_call(line) ? LINEADDRFEATURE_MAKECALL : 0;
    ZERO(status, dwNumRingsNoAnswer, dwDevSpecificOffset);
    return finish(&area);
}

/* Flags, address and name of a party, whose members follow each other in this order. */
struct party_id {
    DWORD flags, size, offset, name_size, name_offset;
};

static void put_party(struct area *area, DWORD *members, const WCHAR *address, const WCHAR *name)
{
    struct party_id *id = (struct party_id *)(void *)members;
    id->flags = id->size = id->offset = id->name_size = id->name_offset = 0;
    if (address[0])
        put_text(area, (struct part){&id->size, &id->offset}, address);
    if (name[0])
        put_text(area, (struct part){&id->name_size, &id->name_offset}, name);
    if (address[0])
        id->flags |= LINECALLPARTYID_ADDRESS;
    if (name[0])
        id->flags |= LINECALLPARTYID_NAME;
    if (!id->flags)
        id->flags = LINECALLPARTYID_UNKNOWN; /* it may come yet */
}

static void put_no_party(DWORD *members)
{
    struct party_id *id = (struct party_id *)(void *)members;
    *id = (struct party_id){.flags = LINECALLPARTYID_UNAVAIL};
}

static void fill_parties(const struct call *call, struct area *area, LINECALLINFO *info)
{
    put_party(area, &info->dwCallerIDFlags, call->caller_id, call->caller_name);
    put_party(area, &info->dwCalledIDFlags, call->called_id, call->called_name);
    put_party(area, &info->dwConnectedIDFlags, call->connected ? call->called_id : L"",
              call->connected ? call->called_name : L"");
    put_no_party(&info->dwRedirectionIDFlags);
    put_no_party(&info->dwRedirectingIDFlags);
}

LONG fill_call_info(const struct call *call, LINECALLINFO *info)
{
    struct area area;
    DWORD version = call->line->version;
    LONG error = begin(&area, info, size_of(version, 296, 324, 324, 344));
    if (error)
        return error;
    info->dwLineDeviceID = call->line->device_id;
    info->dwAddressID = 0;
    info->dwBearerMode = LINEBEARERMODE_VOICE;
    info->dwRate = 0;
    info->dwMediaMode = LINEMEDIAMODE_INTERACTIVEVOICE;
    info->dwAppSpecific = call->app_specific;
    info->dwCallID = call->number;
    info->dwRelatedCallID = 0;
    info->dwCallParamFlags = call->param_flags;
    info->dwCallStates = CALL_STATES;
    memset(&info->DialParams, 0, sizeof info->DialParams);
    info->dwOrigin = LINECALLORIGIN_OUTBOUND;
    info->dwReason = LINECALLREASON_DIRECT;
    info->dwCompletionID = 0;
    info->dwCountryCode = call->country;
    info->dwTrunk = 0xFFFFFFFF;
    fill_parties(call, &area, info);
    ZERO(info, dwDisplaySize, dwDevSpecificOffset);
    if (version >= VERSION_2_0)
        ZERO(info, dwCallTreatment, dwReceivingFlowspecOffset);
    if (version >= VERSION_3_0)
        info->dwCallerIDAddressType = info->dwCalledIDAddressType = info->dwConnectedIDAddressType =
            info->dwRedirectionIDAddressType = info->dwRedirectingIDAddressType = LINEADDRESSTYPE_PHONENUMBER;
    return finish(&area);
}

LONG fill_call_status(const struct call *call, LINECALLSTATUS *status)
{
    struct area area;
    LONG error = begin(&area, status, size_of(call->line->version, 36, 56, 56, 56));
    if (error)
        return error;
    status->dwCallState = call->state;
    status->dwCallStateMode = call->mode;
    status->dwCallFeatures = call->state == LINECALLSTATE_IDLE ? 0 : LINECALLFEATURE_DROP;
    EMPTY(status, dwDevSpecific);
    if (call->line->version >= VERSION_2_0) {
        status->dwCallFeatures2 = 0;
        status->tStateEntryTime = call->since;
    }
    return finish(&area);
}
