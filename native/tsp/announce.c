#include "announce.h"

#include "call.h"
#include "call_info.h"
#include "call_list.h"
#include "call_state.h"
#include "events.h"
#include "features.h"
#include "handle.h"
#include "ticks.h"
#include "trace.h"

static bool rings_in(const struct call *call)
{
    return call->inbound && call->session_state == SESSION_RING_BACK;
}

/* TAPI lets an incoming call stand though no program owns it, and may drop any other one. Programs that want calls are in
 * the media modes; those that only watch are not (TSPI_lineSetDefaultMediaDetection). */
static bool is_wanted(const struct call *call)
{
    const struct line *line = call->line;
    enum report_manual report = line->settings.report_manual;
    if (call->declined || call->session_state == SESSION_NO_STATE)
        return false;
    if (rings_in(call))
        return true;
    if (!call->inbound && report == REPORT_NEVER)
        return false;
    return report == REPORT_ALWAYS || line->media_detection & LINEMEDIAMODE_INTERACTIVEVOICE;
}

/* The result of what TAPI has asked for may still tell that this is its call. */
static bool may_be_asked_for(const struct line *line)
{
    for (const struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_SENT || call->consulting)
            return true;
    return false;
}

static bool has_room(const struct call *call)
{
    DWORD count = 0;
    if (call->held)
        return true;
    for (const struct call *other = call->line->calls; other; other = other->next)
        if ((other->phase == CALL_ACCEPTED || other->phase == CALL_ANNOUNCED) && !other->held && !other->conference_call)
            count++;
    return count < MAX_ACTIVE_CALLS;
}

static bool lacks_name(const struct call *call)
{
    const struct party *caller = &call->parties[PARTY_CALLER];
    return rings_in(call) && caller->id[0] && !caller->name[0];
}

/* All that is known of it is ready to be asked for: TAPI may do so from within, and programs read it once. */
static void announce(struct call *call)
{
    if (!call_get_handle(call))
        return;
    call->phase = CALL_ANNOUNCED;
    call->info = 0;
    call->told_related = call_info_related(call);
    call->answered = false;
    call->offered = NULL;
    call->announce_at = NEVER;
    call->attempts++;
    call->state = call_state_of(call, &call->mode);
    GetSystemTime(&call->since);
    event_new_call(call->line, call);
}

static ULONGLONG consider(struct call *call, ULONGLONG now)
{
    if (!is_wanted(call) || !has_room(call) || (!call->inbound && may_be_asked_for(call->line))) {
        call->connected_by = 0;
        return NEVER; /* asked again with the next change */
    }
    if (lacks_name(call) && call->name_by == 0)
        call->name_by = now + NAME_MS;
    if (lacks_name(call) && now < call->name_by)
        return call->name_by;
    DWORD mode;
    if (call_state_of(call, &mode) == LINECALLSTATE_CONNECTED && !call_state_may_connect(call, now))
        return call->connected_by;
    call->connected_by = 0;
    announce(call);
    return NEVER;
}

/* Not known to TAPI, as before. It is announced again when programs want calls anew. */
static void decline(struct call *call)
{
    trace(L"%s: TAPI does not want a call", call->line->settings.name);
    events_forget(call);
    handle_free(call->handle);
    call->handle = 0;
    call->state = LINECALLSTATE_UNKNOWN;
    call->phase = CALL_TRACKED;
    call->declined = true;
    if (call->ended)
        call_free(call);
}

static void take_on(struct call *call, ULONGLONG now)
{
    call->ht = call->offered;
    call->phase = CALL_ACCEPTED;
    call->announced_at = now;
    call->announced_ringing = call->state == LINECALLSTATE_OFFERING;
    if (!call->announced_ringing && !call->ended) /* that it rang is told in any case, else how it is now */
        call->state = call_state_of(call, &call->mode);
    call->connected_by = 0;
    call_state_repeat(call);
    call_info_tell(call, call->info);
    if (call->announced_ringing) {
        call->line->rings = 0;
        call->line->ring_at = now;
    }
    if (call->ended)
        call_end(call, call->cause);
}

/* It would be told as connected, and another call still is. */
static bool has_to_wait(struct call *call, ULONGLONG now)
{
    DWORD mode;
    return call->state != LINECALLSTATE_OFFERING && !call->ended &&
           call_state_of(call, &mode) == LINECALLSTATE_CONNECTED && !call_state_may_connect(call, now);
}

static ULONGLONG go_on(struct call *call, ULONGLONG now)
{
    if (call->answered && call->offered) {
        if (has_to_wait(call, now))
            return call->connected_by;
        take_on(call, now);
    } else if (call->answered && now < call->line->opened_at + NEW_CALL_OPENING_MS && !call->ended) {
        call->answered = false;
        call->announce_at = now + NEW_CALL_RETRY_MS;
    } else if (call->answered) {
        decline(call);
        return NEVER;
    }
    if (call->phase == CALL_ANNOUNCED && now >= call->announce_at) {
        if (call->ended)
            decline(call);
        else
            announce(call);
        return NEVER;
    }
    return call->phase == CALL_ANNOUNCED ? call->announce_at : NEVER;
}

/* Once each ring, counted from 0, and silent about its end (TAPI, LINEDEVSTATE_RINGING). */
static ULONGLONG ring(struct line *line, ULONGLONG now)
{
    if (!line_rings(line))
        return NEVER;
    if (now >= line->ring_at) {
        if (line->wanted_line_states & LINEDEVSTATE_RINGING)
            event_line(line, NULL, LINE_LINEDEVSTATE, LINEDEVSTATE_RINGING, RING_MODE, line->rings);
        line->rings++;
        line->ring_at = now + RING_MS;
    }
    return line->ring_at;
}

ULONGLONG announce_settle(struct line *line, ULONGLONG now)
{
    ULONGLONG due = NEVER;
    for (struct call *call = line->calls, *next; call; call = next) {
        next = call->next;
        if (call->phase == CALL_TRACKED && line_is_whole(line))
            due = earlier(due, consider(call, now));
        else if (call->phase == CALL_ANNOUNCED)
            due = earlier(due, go_on(call, now));
    }
    return earlier(due, ring(line, now));
}

void announce_again(struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next)
        if (call->phase == CALL_TRACKED)
            call->declined = false;
}
