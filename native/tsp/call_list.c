#include "call_list.h"

#include "events.h"
#include "handle.h"
#include "memory.h"
#include "session_text.h"

/* Calls that failed and that TAPI never closed; it is not clear whether it has to. */
#define KEPT_CALLS 64

/* Calls of a line that TAPI does not know. A phone has a few; what a Smart Messenger may make up is bounded. */
#define TRACKED_CALLS 32

void call_free(struct call *call)
{
    struct line *line = call->line;
    for (struct call **at = &line->calls; *at; at = &(*at)->next) {
        if (*at == call) {
            *at = call->next;
            break;
        }
    }
    for (struct call *other = line->calls; other; other = other->next) {
        if (other->partner == call)
            other->partner = NULL;
        if (other->conference_call == call)
            other->conference_call = NULL;
    }
    for (unsigned i = 0; i < LINE_REQUESTS; i++) {
        if (line->requests[i].call == call)
            line->requests[i].call = NULL;
        if (line->requests[i].other == call)
            line->requests[i].other = NULL;
        if (line->requests[i].third == call)
            line->requests[i].third = NULL;
    }
    if (call->handle)
        handle_free(call->handle);
    memory_free(call);
}

static void trim(struct line *line)
{
    struct call *oldest = NULL;
    int kept = 0;
    for (struct call *call = line->calls; call; call = call->next) {
        if (call->phase == CALL_OVER) {
            kept++;
            oldest = call;
        }
    }
    if (kept > KEPT_CALLS) {
        events_forget(oldest);
        call_free(oldest);
    }
}

static struct call *add(struct line *line)
{
    struct call *call = memory_get(sizeof *call);
    if (!call)
        return NULL;
    call->line = line;
    call->serial = ++provider.last_call_serial ? provider.last_call_serial : ++provider.last_call_serial;
    call->number = call->serial;
    call->state = LINECALLSTATE_UNKNOWN;
    call->allowed = CAN_AT_BEST;
    call->origin = LINECALLORIGIN_OUTBOUND;
    call->reason = LINECALLREASON_DIRECT;
    call->media_mode = LINEMEDIAMODE_INTERACTIVEVOICE;
    GetSystemTime(&call->since);
    call->next = line->calls;
    line->calls = call;
    return call;
}

bool call_get_handle(struct call *call)
{
    if (!call->handle)
        call->handle = handle_new(HANDLE_CALL, call);
    return call->handle != 0;
}

struct call *call_new(struct line *line, HTAPICALL ht)
{
    struct call *call = add(line);
    if (call && !call_get_handle(call)) {
        call_free(call);
        return NULL;
    }
    if (call) {
        call->ht = ht;
        call->dialled = true;
        call->beginning = SESSION3_DIAL;
        trim(line);
    }
    return call;
}

/* The same call has the same number whoever asks for it, also after the telephony service was started anew: so it is made
 * of the id (FNV-1a). One that another call of the line has already gives way. */
static DWORD number_of_id(const struct call *call)
{
    DWORD number = 2166136261u;
    for (const char *at = call->id; *at; at++)
        number = (number ^ (unsigned char)*at) * 16777619u;
    for (const struct call *other = call->line->calls; other;) {
        bool taken = number == 0 || (other != call && other->id[0] && other->number == number);
        number += taken;
        other = taken ? call->line->calls : other->next;
    }
    return number;
}

void call_set_id(struct call *call, struct session_text id)
{
    call_id_copy(call->id, id);
    call->number = number_of_id(call);
}

struct call *call_track(struct line *line, struct session_text id)
{
    int tracked = 0;
    for (const struct call *other = line->calls; other; other = other->next)
        tracked += other->phase == CALL_TRACKED;
    struct call *call = tracked < TRACKED_CALLS ? add(line) : NULL;
    if (!call)
        return NULL;
    call->phase = CALL_TRACKED;
    call_set_id(call, id);
    return call;
}

struct call *call_split(struct call *call)
{
    struct call *split = add(call->line);
    if (split) {
        struct call *next = split->next;
        DWORD serial = split->serial;
        *split = *call;
        split->next = next;
        split->serial = serial;
        split->phase = CALL_TRACKED;
        split->ht = NULL;
        split->handle = 0;
        split->make_request = 0;
        split->deadline = 0;
        split->declined = true;
        split->dialled = split->hanging_up = split->generating = false;
        split->partner = split->conference_call = NULL;
        split->pending = PENDING_NOTHING;
        split->consultation = false;
        split->attempts = 0;
    }
    call->id[0] = 0;
    return split;
}

struct call *call_of_id(const struct line *line, struct session_text id)
{
    for (struct call *call = line->calls; call; call = call->next)
        if (call_id_equal(call->id, id))
            return call;
    return NULL;
}

const struct call *call_at_switch(const struct call *call, DWORD can)
{
    if (!call->is_conference)
        return call;
    for (const struct call *party = call->line->calls; party; party = party->next)
        if (party->conference_call == call && party->phase == CALL_ACCEPTED && party->id[0] && (party->allowed & can) == can)
            return party;
    return NULL;
}

struct call *call_live(const struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_WAITING || call->phase == CALL_SENT || call->phase == CALL_ACCEPTED)
            return call;
    return NULL;
}

struct call *call_dialling(const struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_WAITING || call->phase == CALL_SENT)
            return call;
    return NULL;
}

struct call *call_announced(const struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_ANNOUNCED)
            return call;
    return NULL;
}
