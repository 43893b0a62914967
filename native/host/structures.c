#include "structures.h"

#include <stddef.h>

#define FILLER 0xA5
#define GUARD 0x5A
#define GUARD_SIZE 64
#define ROOM 2048

struct pair {
    DWORD size, offset; /* where in the structure the two are */
    DWORD since;        /* the fixed part's size from which on it is there */
    bool is_text;
};

struct shape {
    DWORD fixed[4]; /* of 1.4, 2.0, 2.2 and 3.0 */
    const struct pair *pairs;
    const DWORD *tapis; /* members that belong to TAPI, ended by 0 */
};

#define AT(type, member) (DWORD) offsetof(type, member)
#define PAIR(type, member, text)                                                                                       \
    {AT(type, member##Size), AT(type, member##Offset), AT(type, member##Offset) + 4, text}

static const struct pair DEVICE_CAPS_PAIRS[] = {PAIR(LINEDEVCAPS, dwProviderInfo, true),
                                                PAIR(LINEDEVCAPS, dwSwitchInfo, true),
                                                PAIR(LINEDEVCAPS, dwLineName, true),
                                                PAIR(LINEDEVCAPS, dwTerminalCaps, false),
                                                PAIR(LINEDEVCAPS, dwDevSpecific, false),
                                                PAIR(LINEDEVCAPS, dwDeviceClasses, true),
                                                {0}};
static const struct pair ADDRESS_CAPS_PAIRS[] = {PAIR(LINEADDRESSCAPS, dwAddress, true),
                                                 PAIR(LINEADDRESSCAPS, dwDevSpecific, false),
                                                 PAIR(LINEADDRESSCAPS, dwCompletionMsgText, false),
                                                 PAIR(LINEADDRESSCAPS, dwDeviceClasses, true),
                                                 {0}};
static const struct pair DEVICE_STATUS_PAIRS[] = {
    PAIR(LINEDEVSTATUS, dwTerminalModes, false), PAIR(LINEDEVSTATUS, dwDevSpecific, false), {0}};
static const struct pair ADDRESS_STATUS_PAIRS[] = {PAIR(LINEADDRESSSTATUS, dwForward, false),
                                                   PAIR(LINEADDRESSSTATUS, dwTerminalModes, false),
                                                   PAIR(LINEADDRESSSTATUS, dwDevSpecific, false),
                                                   {0}};
#define CALL_INFO_PARTS                                                                                                \
    PAIR(LINECALLINFO, dwCallerID, true),                                                                              \
    PAIR(LINECALLINFO, dwCallerIDName, true),                                                                          \
    PAIR(LINECALLINFO, dwCalledID, true),                                                                              \
    PAIR(LINECALLINFO, dwCalledIDName, true),                                                                          \
    PAIR(LINECALLINFO, dwConnectedID, true),                                                                           \
    PAIR(LINECALLINFO, dwConnectedIDName, true),                                                                       \
    PAIR(LINECALLINFO, dwRedirectionID, true),                                                                         \
    PAIR(LINECALLINFO, dwRedirectionIDName, true),                                                                     \
    PAIR(LINECALLINFO, dwRedirectingID, true),                                                                         \
    PAIR(LINECALLINFO, dwRedirectingIDName, true),                                                                     \
    PAIR(LINECALLINFO, dwDisplay, false),                                                                              \
    PAIR(LINECALLINFO, dwUserUserInfo, false),                                                                         \
    PAIR(LINECALLINFO, dwHighLevelComp, false),                                                                        \
    PAIR(LINECALLINFO, dwLowLevelComp, false),                                                                         \
    PAIR(LINECALLINFO, dwChargingInfo, false),                                                                         \
    PAIR(LINECALLINFO, dwTerminalModes, false),                                                                        \
    PAIR(LINECALLINFO, dwDevSpecific, false),                                                                          \
    PAIR(LINECALLINFO, dwCallData, false),                                                                             \
    PAIR(LINECALLINFO, dwSendingFlowspec, false),                                                                      \
    PAIR(LINECALLINFO, dwReceivingFlowspec, false),

static const struct pair CALL_INFO_PAIRS[] = {CALL_INFO_PARTS {0}};

/* A provider may set these two of a call that no application has made (TSPI, Externally Generated Phone Numbers). */
static const struct pair CALL_INFO_EXTERNAL_PAIRS[] = {PAIR(LINECALLINFO, dwDisplayableAddress, true),
                                                       PAIR(LINECALLINFO, dwCalledParty, true),
                                                       CALL_INFO_PARTS {0}};
static const struct pair CALL_STATUS_PAIRS[] = {PAIR(LINECALLSTATUS, dwDevSpecific, false), {0}};

static const DWORD NONE[] = {0};
static const DWORD DEVICE_STATUS_TAPIS[] = {AT(LINEDEVSTATUS, dwNumOpens), AT(LINEDEVSTATUS, dwOpenMediaModes),
                                            AT(LINEDEVSTATUS, dwAppInfoSize), AT(LINEDEVSTATUS, dwAppInfoOffset), 0};
#define CALL_INFO_OF_TAPI                                                                                              \
    AT(LINECALLINFO, hLine), AT(LINECALLINFO, dwMonitorDigitModes),                                                    \
    AT(LINECALLINFO, dwMonitorMediaModes), AT(LINECALLINFO, dwNumOwners),                                              \
    AT(LINECALLINFO, dwNumMonitors), AT(LINECALLINFO, dwAppNameSize),                                                  \
    AT(LINECALLINFO, dwAppNameOffset), AT(LINECALLINFO, dwCommentSize),                                                \
    AT(LINECALLINFO, dwCommentOffset),

static const DWORD CALL_INFO_TAPIS[] = {CALL_INFO_OF_TAPI AT(LINECALLINFO, dwDisplayableAddressSize),
                                        AT(LINECALLINFO, dwDisplayableAddressOffset),
                                        AT(LINECALLINFO, dwCalledPartySize),
                                        AT(LINECALLINFO, dwCalledPartyOffset),
                                        0};
static const DWORD CALL_INFO_EXTERNAL_TAPIS[] = {CALL_INFO_OF_TAPI 0};
static const DWORD CALL_STATUS_TAPIS[] = {AT(LINECALLSTATUS, dwCallPrivilege), 0};

static const struct shape SHAPES[] = {
    [DEVICE_CAPS] = {{240, 252, 268, 292}, DEVICE_CAPS_PAIRS, NONE},
    [ADDRESS_CAPS] = {{180, 228, 228, 228}, ADDRESS_CAPS_PAIRS, NONE},
    [DEVICE_STATUS] = {{76, 88, 88, 88}, DEVICE_STATUS_PAIRS, DEVICE_STATUS_TAPIS},
    [ADDRESS_STATUS] = {{64, 64, 64, 64}, ADDRESS_STATUS_PAIRS, NONE},
    [CALL_INFO] = {{296, 324, 324, 344}, CALL_INFO_PAIRS, CALL_INFO_TAPIS},
    [CALL_INFO_EXTERNAL] = {{296, 324, 324, 344}, CALL_INFO_EXTERNAL_PAIRS, CALL_INFO_EXTERNAL_TAPIS},
    [CALL_STATUS] = {{36, 56, 56, 56}, CALL_STATUS_PAIRS, CALL_STATUS_TAPIS},
};

static BYTE buffer[ROOM + GUARD_SIZE];

static DWORD number_at(DWORD offset)
{
    DWORD number;
    CopyMemory(&number, buffer + offset, sizeof number);
    return number;
}

static void prepare(DWORD fixed, DWORD total)
{
    const DWORD sizes[] = {total, fixed, fixed};
    FillMemory(buffer, total, FILLER);
    FillMemory(buffer + total, sizeof buffer - total, GUARD);
    CopyMemory(buffer, sizes, total < sizeof sizes ? total : sizeof sizes);
}

static bool guard_is_whole(DWORD total)
{
    for (DWORD i = total; i < sizeof buffer; i++)
        if (buffer[i] != GUARD)
            return false;
    return true;
}

static bool is_tapis(const struct shape *shape, DWORD offset)
{
    for (const DWORD *tapis = shape->tapis; *tapis; tapis++)
        if (*tapis == offset)
            return true;
    return false;
}

/* The offset of the first member that should have been set, or that TAPI owns and was; 0 when there is none. */
static DWORD wrong_member(const struct shape *shape, DWORD fixed)
{
    for (DWORD offset = 12; offset < fixed; offset += 4)
        if ((number_at(offset) == 0xA5A5A5A5) != is_tapis(shape, offset))
            return offset;
    return 0;
}

static bool is_terminated(DWORD offset, DWORD size)
{
    return size % 2 == 0 && size >= 2 && buffer[offset + size - 1] == 0 && buffer[offset + size - 2] == 0;
}

/* The offset in the structure of the first variable part that is wrong; `sum` is what they take together. */
static DWORD wrong_part(const struct shape *shape, DWORD fixed, DWORD used, DWORD *sum)
{
    *sum = 0;
    for (const struct pair *pair = shape->pairs; pair->size; pair++) {
        if (pair->since > fixed)
            continue;
        DWORD size = number_at(pair->size), offset = number_at(pair->offset);
        if (size == 0 && offset == 0)
            continue;
        if (size == 0 || offset < fixed || offset > used || size > used - offset)
            return pair->size;
        if (pair->is_text && !is_terminated(offset, size))
            return pair->size;
        *sum += size;
    }
    return 0;
}

/* What is wrong with a filled structure; NULL when nothing is. */
static const char *complaint(const struct shape *shape, DWORD fixed, DWORD total, DWORD *where)
{
    DWORD needed = number_at(4), used = number_at(8), sum;
    *where = 0;
    if (number_at(0) != total)
        return "dwTotalSize was changed";
    if (!guard_is_whole(total))
        return "written behind the end";
    if (used < fixed || used > total || needed < used)
        return "dwUsedSize or dwNeededSize is impossible";
    *where = wrong_member(shape, fixed);
    if (*where)
        return is_tapis(shape, *where) ? "a member of TAPI's was written" : "a member was not set";
    *where = wrong_part(shape, fixed, used, &sum);
    if (*where)
        return "a variable part is not whole, not inside, or not terminated";
    if (used != fixed + sum)
        return "dwUsedSize is not what is used";
    return NULL;
}

static DWORD fixed_size(const struct shape *shape, DWORD version)
{
    return shape->fixed[version >= 0x30000 ? 3 : version >= 0x20002 ? 2 : version >= 0x20000 ? 1 : 0];
}

static bool check_size(const struct shape *shape, DWORD fixed, DWORD total, filler *fill, const char *name)
{
    DWORD where;
    prepare(fixed, total);
    LONG result = fill(buffer);
    const char *wrong = result ? "it failed" : complaint(shape, fixed, total, &where);
    if (wrong)
        say("# %s in %u bytes: %s; result %x, at %u", name, total, wrong, result, result ? 0 : where);
    return !wrong;
}

static bool refuses_less(DWORD fixed, filler *fill)
{
    prepare(fixed, fixed - 4);
    LONG result = fill(buffer);
    return result == (LONG)LINEERR_STRUCTURETOOSMALL && guard_is_whole(fixed - 4);
}

void *check_structure(enum structure which, DWORD version, filler *fill, const char *name)
{
    const struct shape *shape = &SHAPES[which];
    DWORD fixed = fixed_size(shape, version);
    ok(refuses_less(fixed, fill), "%s: less than its fixed part is refused", name);
    ok(check_size(shape, fixed, ROOM, fill, name), "%s: whole, with room to spare", name);
    DWORD needed = number_at(4), used = number_at(8), steady = 0, good = 0, sizes = 0;
    ok(needed == used, "%s: all of it is there when there is room", name);
    for (DWORD total = fixed; total < needed + 4; total++, sizes++) {
        good += check_size(shape, fixed, total, fill, name);
        steady += number_at(4) == needed && (total < needed || number_at(8) == needed);
    }
    ok(good == sizes, "%s: whole in each of %u sizes from its fixed part on", name, sizes);
    ok(steady == sizes, "%s: what it needs does not depend on what it is given", name);
    check_size(shape, fixed, ROOM, fill, name);
    return buffer;
}

const WCHAR *text_at(const void *structure, DWORD offset, DWORD size)
{
    return size ? (const WCHAR *)(const void *)((const BYTE *)structure + offset) : L"";
}

bool same_text(const WCHAR *one, const WCHAR *other)
{
    return CompareStringOrdinal(one, -1, other, -1, FALSE) == CSTR_EQUAL;
}
