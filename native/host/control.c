/* control DLL PORT VERSION: a telephony service whose calls come in, are answered, held, transferred, joined and so on,
 * with a line of TSPI VERSION (in hexadecimal), against a Smart Messenger of version 3 at PORT: the switchboard of
 * tests/tspi_host, in which the test has happen what this program says that it wants. */
#include "arguments.h"
#include "registry_lines.h"
#include "service.h"
#include "structures.h"

#include <stddef.h>

/* One call as the telephony service has it. */
struct known {
    HTAPICALL ht;
    HDRVCALL hd;
    DWORD state;
    DWORD_PTR mode;
};

#define MAX_CALLS 64

static DWORD version;
static HDRVLINE line;
static struct known calls[MAX_CALLS];
static DWORD count;
static struct known *asked; /* the one whose information is checked */
static DWORD told_generate, generated_id;

static struct known *new_call(void)
{
    if (count == MAX_CALLS)
        bail_out("more than %d calls", MAX_CALLS);
    calls[count] = (struct known){.ht = (HTAPICALL)HANDLE_OF(0x1000 + count * 0x10)};
    return &calls[count++];
}

static void note(const struct event *event)
{
    for (DWORD i = 0; event->message == LINE_CALLSTATE && i < count; i++)
        if (calls[i].ht == event->call) {
            calls[i].state = (DWORD)event->first;
            calls[i].mode = event->second;
        }
    if (event->message == LINE_GENERATE) {
        told_generate = (DWORD)event->first;
        generated_id = (DWORD)event->second;
    } else if (event->message == LINE_CALLINFO) {
        told.call_info |= (DWORD)event->first;
    } else if (event->message == LINE_LINEDEVSTATE) {
        told.line_states |= (DWORD)event->first;
    } else if (event->message == LINE_ADDRESSSTATE) {
        told.address_states |= (DWORD)event->second;
    }
}

static void come(struct event *event, const char *what)
{
    if (!next_event(event))
        bail_out("%s: it does not come", what);
    if (!event->is_completion)
        note(event);
}

/* Completed with this, whatever is told before. */
static void completes(DRV_REQUESTID request, LONG answer, DWORD result, const char *name)
{
    struct event event;
    is((DWORD)answer, request, name);
    do
        come(&event, name);
    while (!event.is_completion || event.request != request);
    is((DWORD)event.result, result, name);
}

static void becomes(struct known *call, DWORD state, const char *name)
{
    struct event event;
    while (call->state != state)
        come(&event, name);
    ok(true, "%s", name);
}

/* Nothing is told of a call after that. */
static void close(struct known *call)
{
    is((DWORD)CALL(lineCloseCall, call->hd), 0, "closed");
}

static LONG call_info(void *out)
{
    return CALL(lineGetCallInfo, asked->hd, out);
}

static LONG call_status(void *out)
{
    return CALL(lineGetCallStatus, asked->hd, out);
}

static LONG address_status(void *out)
{
    return CALL(lineGetAddressStatus, line, 0, out);
}

static LONG device_status(void *out)
{
    return CALL(lineGetLineDevStatus, line, out);
}

static LONG device_caps(void *out)
{
    return CALL(lineGetDevCaps, SERVICE_DEVICE, version, 0, out);
}

static LONG address_caps(void *out)
{
    return CALL(lineGetAddressCaps, SERVICE_DEVICE, 0, version, 0, out);
}

static DWORD features(struct known *call)
{
    asked = call;
    return ((const LINECALLSTATUS *)check_structure(CALL_STATUS, version, call_status, "call status"))->dwCallFeatures;
}

/* Something is to happen at the switch: a call is announced, and TAPI takes it. */
static struct known *announced(const char *wanted)
{
    struct event event;
    struct known *call = new_call();
    callbacks_offer(call->ht);
    say("# wanted: %s", wanted);
    do
        come(&event, wanted);
    while (event.is_completion || event.message != LINE_NEWCALL);
    call->hd = (HDRVCALL)event.first;
    is(event.third, 0, "a call is announced");
    return call;
}

static struct known *rings(void)
{
    struct known *call = announced("a call");
    becomes(call, LINECALLSTATE_OFFERING, "it is offered");
    is(call->mode, version < 0x20000 ? 0 : LINEOFFERINGMODE_ACTIVE, "it is offered to the user");
    return call;
}

static struct known *answered(void)
{
    struct known *call = rings();
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineAnswer, request, call->hd, NULL, 0), 0, "answered");
    is(call->state, LINECALLSTATE_CONNECTED, "connected before the answer is completed");
    return call;
}

static void drop(struct known *call)
{
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineDrop, request, call->hd, NULL, 0), 0, "dropped");
    is(call->state, LINECALLSTATE_IDLE, "idle before the drop is completed");
    close(call);
}

static void check_capabilities(void)
{
    const LINEDEVCAPS *caps = check_structure(DEVICE_CAPS, version, device_caps, "device caps");
    is(caps->dwRingModes, 1, "device caps: it rings");
    is(caps->dwGenerateDigitModes, LINEDIGITMODE_DTMF, "device caps: tones");
    is(caps->dwAnswerMode, LINEANSWERMODE_HOLD, "device caps: a call that is answered holds the present one");
    const LINEADDRESSCAPS *address = check_structure(ADDRESS_CAPS, version, address_caps, "address caps");
    is(address->dwMaxNumConference, 8, "address caps: conferences of eight");
    is(address->dwTransferModes, LINETRANSFERMODE_TRANSFER | LINETRANSFERMODE_CONFERENCE, "address caps: transfer");
    if (version >= 0x20000)
        is(address->dwOfferingModes, LINEOFFERINGMODE_ACTIVE, "address caps: calls come in");
}

static void a_call_comes_in(void)
{
    struct known *call = rings();
    asked = call;
    const LINECALLINFO *info = check_structure(CALL_INFO, version, call_info, "call info");
    ok(same_text(text_at(info, info->dwCallerIDOffset, info->dwCallerIDSize), L"01012345678"), "who calls");
    ok(same_text(text_at(info, info->dwCallerIDNameOffset, info->dwCallerIDNameSize), L"Lee \xC774\xBBFC\xD638"),
       "the name of who calls");
    is(info->dwOrigin, LINECALLORIGIN_INBOUND, "it comes in");
    const DWORD offered = LINECALLFEATURE_ANSWER | LINECALLFEATURE_REDIRECT | LINECALLFEATURE_DROP;
    is(features(call), offered | LINECALLFEATURE_ACCEPT, "what can be done with a call that rings");
    const LINEDEVSTATUS *status = check_structure(DEVICE_STATUS, version, device_status, "line status");
    is(status->dwRingMode, 1, "the line rings");
    is(status->dwNumActiveCalls, 1, "the line has a call");
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineAccept, request, call->hd, NULL, 0), 0, "accepted");
    is(call->state, LINECALLSTATE_ACCEPTED, "accepted before that is completed");
    request = new_request();
    completes(request, CALL(lineAnswer, request, call->hd, NULL, 0), 0, "answered");
    ok(told.line_states & LINEDEVSTATE_RINGING, "told that it rings");
    request = new_request();
    completes(request, CALL(lineHold, request, call->hd), 0, "held");
    is(call->state, LINECALLSTATE_ONHOLD, "on hold before that is completed");
    const LINEADDRESSSTATUS *address = check_structure(ADDRESS_STATUS, version, address_status, "address status");
    is(address->dwNumOnHoldCalls, 1, "a call is on hold");
    request = new_request();
    completes(request, CALL(lineUnhold, request, call->hd), 0, "taken back");
    is(call->state, LINECALLSTATE_CONNECTED, "connected before that is completed");
    is((DWORD)CALL(lineSetMediaMode, call->hd, LINEMEDIAMODE_INTERACTIVEVOICE), 0, "its media mode is set");
    is((DWORD)CALL(lineGenerateDigits, call->hd, 77, LINEDIGITMODE_DTMF, L"12#", 0), 0, "tones");
    struct event event;
    while (!told_generate)
        come(&event, "the end of the tones");
    is(told_generate, LINEGENERATETERM_DONE, "the tones have been sent");
    is(generated_id, 77, "which they were");
    drop(call);
}

static void it_is_sent_away(void)
{
    struct known *call = rings();
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineRedirect, request, call->hd, L"4002", 0), 0, "redirected");
    is(call->state, LINECALLSTATE_IDLE, "idle when it is redirected");
    close(call);
    drop(rings()); /* rejected */
    call = answered();
    request = new_request();
    completes(request, CALL(lineBlindTransfer, request, call->hd, L"4002", 0), 0, "transferred");
    is(call->state, LINECALLSTATE_IDLE, "idle when it is transferred");
    close(call);
}

static struct known *consultation_of(struct known *first, LINECALLPARAMS *params)
{
    struct known *second = new_call();
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineSetupTransfer, request, first->hd, second->ht, &second->hd, params), 0,
              "a consultation is set up");
    becomes(first, LINECALLSTATE_ONHOLDPENDTRANSFER, "the first call waits for it");
    return second;
}

static void it_is_transferred(void)
{
    struct known *first = answered(), *second = consultation_of(first, NULL);
    becomes(second, LINECALLSTATE_DIALTONE, "the consultation wants a number");
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineDial, request, second->hd, L"4002", 0), 0, "its number is dialled");
    becomes(second, LINECALLSTATE_CONNECTED, "the consultation is connected");
    request = new_request();
    completes(request, CALL(lineSwapHold, request, second->hd, first->hd), 0, "swapped");
    is(first->state, LINECALLSTATE_CONNECTED, "swapped: the first call is connected");
    is(second->state, LINECALLSTATE_ONHOLDPENDTRANSFER, "swapped: the second one waits");
    request = new_request();
    completes(request,
              CALL(lineCompleteTransfer, request, second->hd, first->hd, NULL, NULL, LINETRANSFERMODE_TRANSFER), 0,
              "the transfer is completed");
    is(first->state, LINECALLSTATE_IDLE, "transferred: the first call is idle");
    is(second->state, LINECALLSTATE_IDLE, "transferred: the second call is idle");
    close(first);
    close(second);
}

static void it_is_consulted_from_in_one_step(void)
{
    static struct {
        LINECALLPARAMS params;
        WCHAR target[5];
    } wish;
    if (version < 0x20000)
        return;
    wish.params.dwTotalSize = sizeof wish;
    wish.params.dwCallParamFlags = LINECALLPARAMFLAGS_ONESTEPTRANSFER;
    wish.params.dwTargetAddressSize = sizeof wish.target;
    wish.params.dwTargetAddressOffset = offsetof(__typeof__(wish), target);
    lstrcpyW(wish.target, L"4002");
    struct known *first = answered(), *second = consultation_of(first, &wish.params);
    becomes(second, LINECALLSTATE_CONNECTED, "the consultation is connected at once");
    drop(second);
    becomes(first, LINECALLSTATE_CONNECTED, "the first call is taken back");
    drop(first);
}

/* A place for one more beside the conference. */
static struct known *fourth_of(struct known *conference)
{
    struct known *call = new_call();
    DRV_REQUESTID request = new_request();
    completes(request, CALL(linePrepareAddToConference, request, conference->hd, call->ht, &call->hd, NULL), 0,
              "one more is to be asked");
    becomes(call, LINECALLSTATE_DIALTONE, "he wants a number");
    is(conference->state, LINECALLSTATE_ONHOLDPENDCONF, "the conference waits for him");
    is((DWORD)CALL(linePrepareAddToConference, 1, conference->hd, (HTAPICALL)1, &call->hd, NULL),
       ERROR_OF(INVALCALLSTATE), "nobody else is asked meanwhile");
    request = new_request();
    completes(request, CALL(lineDial, request, call->hd, L"4003", 0), 0, "his number is dialled");
    becomes(call, LINECALLSTATE_CONNECTED, "he answers");
    return call;
}

static void they_confer(void)
{
    struct known *first = answered(), *conference = new_call(), *second = new_call();
    DRV_REQUESTID request = new_request();
    completes(request,
              CALL(lineSetupConference, request, first->hd, line, conference->ht, &conference->hd, second->ht,
                   &second->hd, 3, NULL),
              0, "a conference is set up");
    becomes(second, LINECALLSTATE_DIALTONE, "its consultation wants a number");
    is(conference->state, LINECALLSTATE_ONHOLDPENDCONF, "the conference waits for it");
    is(first->mode, (DWORD_PTR)conference->ht, "the first call is told whose party it is");
    request = new_request();
    completes(request, CALL(lineDial, request, second->hd, L"4002", 0), 0, "its number is dialled");
    becomes(second, LINECALLSTATE_CONNECTED, "the consultation is connected");
    request = new_request();
    completes(request, CALL(lineAddToConference, request, conference->hd, second->hd), 0, "all are joined");
    is(conference->state, LINECALLSTATE_CONNECTED, "joined: the conference talks");
    is(second->state, LINECALLSTATE_CONFERENCED, "joined: the second call is in it");
    is(second->mode, (DWORD_PTR)conference->ht, "joined: it is told whose party it is");
    is(features(second), LINECALLFEATURE_DROP | LINECALLFEATURE_REMOVEFROMCONF, "a party can be removed");
    is(features(conference), LINECALLFEATURE_DROP | LINECALLFEATURE_PREPAREADDCONF, "there is a place for a fourth");
    struct known *third = fourth_of(conference);
    request = new_request();
    completes(request, CALL(lineAddToConference, request, conference->hd, third->hd), 0, "he comes in");
    is(conference->state, LINECALLSTATE_CONNECTED, "four: the conference talks");
    is(third->mode, (DWORD_PTR)conference->ht, "four: he is told whose party he is");
    request = new_request();
    completes(request, CALL(lineRemoveFromConference, request, third->hd), 0, "he is removed");
    is(conference->state, LINECALLSTATE_CONNECTED, "three: the conference talks on");
    close(third);
    request = new_request();
    completes(request, CALL(lineRemoveFromConference, request, second->hd), 0, "a party is removed");
    becomes(conference, LINECALLSTATE_IDLE, "two are no conference");
    becomes(first, LINECALLSTATE_CONNECTED, "the first call goes on");
    close(second);
    close(conference);
    drop(first);
}

static void it_is_parked_and_taken(void)
{
    static struct {
        VARSTRING head;
        BYTE room[64];
    } slot;
    struct known *call = answered(), *taken = new_call(), *picked = new_call();
    slot.head.dwTotalSize = sizeof slot;
    DRV_REQUESTID request = new_request();
    completes(request, CALL(linePark, request, call->hd, LINEPARKMODE_NONDIRECTED, NULL, &slot.head), 0, "parked");
    ok(same_text(text_at(&slot, slot.head.dwStringOffset, slot.head.dwStringSize), L"71"), "where it is parked");
    close(call);
    request = new_request();
    completes(request, CALL(lineUnpark, request, line, 0, taken->ht, &taken->hd, L"71"), 0, "taken from there");
    becomes(taken, LINECALLSTATE_CONNECTED, "taken from there: connected");
    drop(taken);
    request = new_request();
    completes(request, CALL(linePickup, request, line, 0, picked->ht, &picked->hd, L"4005", NULL), 0, "picked up");
    becomes(picked, LINECALLSTATE_CONNECTED, "picked up: connected");
    drop(picked);
}

/* An entry has 24 bytes: that of tapi.h is a newer one's. */
struct forward_entry {
    DWORD mode, caller_size, caller_offset, country, size, offset;
};

#define FORWARD_NUMBER 5

/* A list of so many entries, each to a number of its own, whose texts stand behind all of them. */
struct forward_list {
    DWORD total, entries;
    struct forward_entry entry[3];
    WCHAR to[3][FORWARD_NUMBER];
};

static const WCHAR FORWARD_TO[][FORWARD_NUMBER] = {L"4001", L"4002", L"4003"};

static void forwarded(const char *how, DWORD entries, const DWORD *modes)
{
    struct forward_list list = {sizeof list, entries, {{0}}, {{0}}};
    struct event event;
    HDRVCALL none = (HDRVCALL)1;
    DRV_REQUESTID request = new_request();
    for (DWORD i = 0; i < entries; i++) {
        list.entry[i] = (struct forward_entry){modes[i], 0, 0, 0, sizeof list.to[i],
                                               (DWORD)(offsetof(struct forward_list, to) + i * sizeof list.to[i])};
        memcpy(list.to[i], FORWARD_TO[i], sizeof list.to[i]);
    }
    told = (struct told){0};
    completes(request, CALL(lineForward, request, line, TRUE, 0, (void *)&list, 0, (HTAPICALL)1, &none, NULL), 0, how);
    ok(none == NULL, "nobody is asked for it");
    while (!(told.address_states & LINEADDRESSSTATE_FORWARD))
        come(&event, "news of the forwarding");
}

/* It is told so of these modes, each with its number. */
static void told_forwarded(DWORD entries, const DWORD *modes, const WCHAR (*to)[FORWARD_NUMBER], const char *where_to)
{
    const LINEADDRESSSTATUS *status = check_structure(ADDRESS_STATUS, version, address_status, "forwarded");
    is(status->dwForwardNumEntries, entries, "forwarded: told so");
    const struct forward_entry *entry =
        (const struct forward_entry *)(const void *)text_at(status, status->dwForwardOffset, status->dwForwardSize);
    for (DWORD i = 0; i < entries; i++) {
        is(entry[i].mode, modes[i], "forwarded: when");
        ok(same_text(text_at(status, entry[i].offset, entry[i].size), to[i]), where_to);
    }
}

static void calls_are_forwarded(void)
{
    static const DWORD MODES[] = {LINEFORWARDMODE_UNCOND, LINEFORWARDMODE_BUSY, LINEFORWARDMODE_NOANSW};
    static const DWORD UNLESS_ANSWERED[] = {LINEFORWARDMODE_BUSY, LINEFORWARDMODE_NOANSW};
    HDRVCALL none = NULL;
    forwarded("calls are forwarded", 1, MODES);
    told_forwarded(1, MODES, FORWARD_TO, "forwarded: where to");
    forwarded("calls are forwarded when busy and when not answered", 2, UNLESS_ANSWERED);
    told_forwarded(2, UNLESS_ANSWERED, FORWARD_TO, "forwarded: each where to");
    forwarded("calls are forwarded in three ways", 3, MODES);
    told_forwarded(1, MODES, FORWARD_TO, "forwarded in three ways: always is told");
    DRV_REQUESTID request = new_request();
    completes(request, CALL(lineForward, request, line, TRUE, 0, NULL, 0, (HTAPICALL)1, &none, NULL), 0,
              "calls are forwarded no longer");
}

static void the_user_dials(void)
{
    struct known *call = announced("a call by hand");
    becomes(call, LINECALLSTATE_DIALING, "the user dials");
    asked = call;
    const LINECALLINFO *info = check_structure(CALL_INFO_EXTERNAL, version, call_info, "by hand");
    is(info->dwOrigin, LINECALLORIGIN_OUTBOUND, "by hand: it goes out");
    ok(same_text(text_at(info, info->dwDisplayableAddressOffset, info->dwDisplayableAddressSize), L"4001"),
       "by hand: the number to be shown");
    drop(call);
}

void start_of_program(void)
{
    WCHAR **arguments = arguments_read(4, "control DLL PORT VERSION");
    catch_violations();
    registry_lines_write(arguments_number(arguments[2]));
    version = arguments_hexadecimal(arguments[3]);
    line = service_start(arguments[1], version);
    is((DWORD)CALL(lineSetStatusMessages, line, 0x01FFFFFF, 0x1FF), 0, "wants to know everything");
    is((DWORD)CALL(lineSetDefaultMediaDetection, line, LINEMEDIAMODE_INTERACTIVEVOICE), 0, "wants calls");
    a_call_comes_in();
    check_capabilities();
    it_is_sent_away();
    it_is_transferred();
    it_is_consulted_from_in_one_step();
    they_confer();
    it_is_parked_and_taken();
    calls_are_forwarded();
    the_user_dials();
    answered();
    is((DWORD)CALL(providerShutdown, SERVICE_VERSION, SERVICE_PROVIDER), 0, "shutdown: with a call");
    callbacks_check();
    done();
}
