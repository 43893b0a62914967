#include "fill_line.h"

#include "area.h"
#include "digits.h"
#include "features.h"
#include "memory.h"
#include "tapi_version.h"
#include "text.h"
#include "version.h"

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
        area_put_bytes(area, PART(caps, dwDeviceClasses), CLASSES, sizeof CLASSES);
    }
    if (version >= VERSION_2_2)
        fill_guid(line, &caps->PermanentLineGuid);
    if (version >= VERSION_3_0) {
        caps->dwAddressTypes = LINEADDRESSTYPE_PHONENUMBER;
        memset(&caps->ProtocolGuid, 0, sizeof caps->ProtocolGuid);
        caps->dwAvailableTracking = 0;
    }
}

static void fill_dial_params(LINEDEVCAPS *caps)
{
    caps->MinDialParams.dwDigitDuration = DIGIT_MIN_MS;
    caps->DefaultDialParams.dwDigitDuration = DIGIT_DEFAULT_MS;
    caps->MaxDialParams.dwDigitDuration = DIGIT_MAX_MS;
    caps->MinDialParams.dwDialPause = caps->DefaultDialParams.dwDialPause = caps->MaxDialParams.dwDialPause =
        DIGIT_PAUSE_MS;
}

LONG fill_device_caps(const struct line *line, DWORD version, LINEDEVCAPS *caps)
{
    struct area area;
    LONG error = area_begin(&area, caps, area_size(version, 240, 252, 268, 292));
    if (error)
        return error;
    area_put_text(&area, PART(caps, dwProviderInfo), PROVIDER);
    area_put_text(&area, PART(caps, dwSwitchInfo), SWITCH);
    area_put_text(&area, PART(caps, dwLineName), line->settings.name);
    caps->dwPermanentLineID = permanent_line_id(line);
    caps->dwStringFormat = STRINGFORMAT_UNICODE;
    caps->dwAddressModes = LINEADDRESSMODE_ADDRESSID;
    caps->dwNumAddresses = 1;
    caps->dwBearerModes = LINEBEARERMODE_VOICE;
    caps->dwMaxRate = 0;
    caps->dwMediaModes = LINEMEDIAMODE_INTERACTIVEVOICE;
    ZERO(caps, dwGenerateToneModes, dwMedCtlCallStateMaxListSize);
    caps->dwGenerateDigitModes = line_can(line, CAN(DTMF)) ? LINEDIGITMODE_DTMF : 0;
    caps->dwDevCapFlags = LINEDEVCAPFLAGS_DIALDIALTONE; /* no CLOSEDROP: the phone outlives the program */
    caps->dwMaxNumActiveCalls = 1;
    caps->dwAnswerMode = line_can(line, CAN(ANSWER) | CAN(HOLD)) ? LINEANSWERMODE_HOLD : LINEANSWERMODE_NONE;
    caps->dwRingModes = line_is_old(line) ? 0 : RING_MODE;
    caps->dwLineStates = LINEDEVSTATE_CONNECTED | LINEDEVSTATE_DISCONNECTED | LINEDEVSTATE_INSERVICE |
                         LINEDEVSTATE_OUTOFSERVICE | LINEDEVSTATE_NUMCALLS | LINEDEVSTATE_CAPSCHANGE |
                         LINEDEVSTATE_REMOVED | LINEDEVSTATE_OTHER | (line_is_old(line) ? 0 : LINEDEVSTATE_RINGING);
    ZERO(caps, dwUUIAcceptSize, dwDevSpecificOffset);
    if (line_can(line, CAN(DTMF)))
        fill_dial_params(caps);
    caps->dwLineFeatures = line_device_features_at_best(line, version);
    fill_newer_caps(line, version, &area, caps);
    return area_finish(&area);
}

static bool in_service(const struct line *line)
{
    return line->connection.phase == CONNECTION_READY && !line->removed;
}

LONG fill_device_status(const struct line *line, LINEDEVSTATUS *status)
{
    struct area area;
    LONG error = area_begin(&area, status, area_size(line->version, 76, 88, 88, 88));
    if (error)
        return error;
    struct call_counts counts = line_call_counts(line);
    bool free = line_can_call(line);
    status->dwNumActiveCalls = counts.active;
    status->dwNumOnHoldCalls = counts.held;
    status->dwNumOnHoldPendCalls = counts.pending;
    status->dwLineFeatures = line_device_features(line);
    ZERO(status, dwNumCallCompletions, dwRoamMode);
    status->dwRingMode = line_rings(line) ? RING_MODE : 0;
    status->dwDevStatusFlags =
        in_service(line) ? LINEDEVSTATUSFLAGS_CONNECTED | LINEDEVSTATUSFLAGS_INSERVICE : 0;
    EMPTY(status, dwTerminalModes);
    EMPTY(status, dwDevSpecific);
    if (line->version >= VERSION_2_0)
        status->dwAvailableMediaModes = free ? LINEMEDIAMODE_INTERACTIVEVOICE : 0;
    return area_finish(&area);
}

