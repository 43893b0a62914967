#include "line.h"

#include "announce.h"
#include "call.h"
#include "call_info.h"
#include "call_list.h"
#include "call_state.h"
#include "conference.h"
#include "connection.h"
#include "control.h"
#include "events.h"
#include "external_call.h"
#include "features.h"
#include "forward.h"
#include "handle.h"
#include "line_status.h"
#include "pending_release.h"
#include "request.h"
#include "session_text.h"
#include "ticks.h"
#include "wake.h"

/* What follows from what has changed. */

/* Programs read the features of a call with its state: when they alone have changed, the state is told once more. */
static void tell_call_features(struct line *line)
{
    for (struct call *call = line->calls; call; call = call->next) {
        DWORD now = call_features(call);
        bool changed = now != call->features && call->phase == CALL_ACCEPTED && line->whole_control;
        if (changed && !call->state_told && call->state != LINECALLSTATE_UNKNOWN)
            call_state_repeat(call);
        call->features = now;
        call->state_told = false;
    }
}

static ULONGLONG settle(struct line *line, ULONGLONG now)
{
    if (!line->open)
        return NEVER;
    conferences_settle(line);
    ULONGLONG due = call_states_settle(line, now);
    due = earlier(due, announce_settle(line, now));
    call_infos_settle(line);
    tell_call_features(line);
    due = earlier(due, requests_settle(line, now));
    line_status_tell(line);
    return due;
}

void line_settle(struct line *line)
{
    settle(line, GetTickCount64());
    wake_worker(); /* it is to know when something is due */
}

/* What the connection tells, to the calls and to TAPI. */

static void set_capabilities(struct line *line, bool whole, DWORD capabilities)
{
    bool changed = !line->known || line->whole_control != whole || line->capabilities != capabilities;
    line->known = true;
    line->whole_control = whole;
    line->capabilities = capabilities;
    if (changed) {
        line_status_tell_renamed(line);
        line_status_tell_address_changed(line);
    }
}

/* Each that there is now, whatever becomes of it meanwhile. */
#define FOR_EACH_CALL(call, line)                                                                                     \
    for (struct call *call = (line)->calls, *next_call = call ? call->next : NULL; call;                              \
         call = next_call, next_call = call ? call->next : NULL)

static void send_waiting(struct line *line)
{
    struct call *call = call_dialling(line);
    if (call && connection_is_clear(line))
        call_on_clear(call);
}

static void on_ready(struct line *line, ULONGLONG now)
{
    line->reachable = line->features_known = false;
    if (line->connection.version < 3)
        set_capabilities(line, false, CAN_OF_OLD);
    else
        line->whole_control = true;
    line_status_tell_service(line, true);
    FOR_EACH_CALL(call, line)
        call_on_ready(call, now);
    send_waiting(line);
}

static void on_lost(struct line *line, ULONGLONG now)
{
    line_status_tell_service(line, false);
    requests_fail(line, NULL);
    FOR_EACH_CALL(call, line)
        call_on_lost(call, now);
}

/* Whose is it? What is surely of one call comes first; then a notification of a new call is of the one that was dialled
 * last, unless it is known to be another's. */
static void on_notification(struct line *line, const struct session_message *message)
{
    struct call *call = call_live(line);
    if (call && call_id_equal(call->id, message->call_id)) {
        call_on_notification(call, message);
        return;
    }
    if (pending_release_claims(line, message))
        return;
    struct external_call *external = external_call_find(&line->connection, message->call_id);
    if (!external && call && call->phase == CALL_ACCEPTED && !call->id[0]) {
        call_id_copy(call->id, message->call_id);
        call_on_notification(call, message);
        return;
    }
    /* Dialled by hand on the phone, let go of, or from before this connection. TAPI must not hear of it: it drops
     * what no application owns. */
    if (!external)
        external = external_call_add(&line->connection, message->call_id);
    external_call_note(external, message);
}

static void on_line(struct line *line, const struct session3_line *now)
{
    set_capabilities(line, true, now->capabilities.known ? now->capabilities.bits & CAN_AT_BEST : CAN_OF_OLD);
    line->reachable = now->reachable;
    line->features_known = now->features.known;
    line->features = now->features.bits;
    if (forward_told(line, now))
        line_status_tell_forwarding(line);
}

static void on_call(struct line *line, const struct session3_call *now)
{
    bool over = now->state == SESSION_ON_HOOK;
    struct call *call = call_of_id(line, now->id);
    if (!call && pending_release_has(line, now->id, over))
        return;
    if (!call && !over)
        call = call_track(line, now->id);
    if (call)
        call_on_told(call, now);
}

static void on_result(struct line *line, const struct connection_event *event, ULONGLONG now)
{
    struct request *request = request_find(line, event->number);
    if (request && request->kind == REQUEST_CONFERENCE && request->call) {
        conference_joined(line, request, event->error);
        return;
    }
    if (!request || (request->kind == REQUEST_FORWARD && event->error == 0 && forward_go_on(line, request)))
        return;
    control_on_result(line, request, event->error, &event->result, now);
}

static void dispatch(struct line *line, ULONGLONG now)
{
    struct connection_event event;
    while (connection_next(line, now, &event)) {
        switch (event.kind) {
        case CONNECTION_EVENT_READY:
            on_ready(line, now);
            break;
        case CONNECTION_EVENT_DELAYED:
            line_status_tell_service(line, false);
            break;
        case CONNECTION_EVENT_LOST:
            on_lost(line, now);
            break;
        case CONNECTION_EVENT_CLEAR:
            send_waiting(line);
            break;
        case CONNECTION_EVENT_DIAL_RESPONSE:
            FOR_EACH_CALL(call, line)
                call_on_response(call, event.number, event.error, event.call_id);
            break;
        case CONNECTION_EVENT_NOTIFICATION:
            on_notification(line, &event.message);
            break;
        case CONNECTION_EVENT_RESULT:
            on_result(line, &event, now);
            break;
        case CONNECTION_EVENT_LINE:
            on_line(line, &event.line);
            break;
        case CONNECTION_EVENT_CALL:
            on_call(line, &event.call);
            break;
        case CONNECTION_EVENT_ALL_TOLD:
            FOR_EACH_CALL(call, line)
                call_on_all_told(call);
            break;
        default: /* the others are the connection's own */
            break;
        }
        settle(line, now);
    }
}

ULONGLONG line_step(struct line *line, ULONGLONG now)
{
    ULONGLONG due = NEVER;
    connection_step(line, now);
    dispatch(line, now);
    FOR_EACH_CALL(call, line)
        due = earlier(due, call_step(call, now));
    due = earlier(due, settle(line, now));
    return earlier(due, connection_due(line));
}

void line_on_socket(struct line *line, ULONGLONG now)
{
    connection_on_socket(line, now);
    dispatch(line, now);
}

/* What TAPI and the settings want of it. */

LONG line_open(struct line *line, HTAPILINE ht, DWORD version, LINEEVENT proc)
{
    if (line->open)
        return LINE_ERROR(ALLOCATED);
    line->handle = handle_new(HANDLE_LINE, line);
    if (!line->handle)
        return LINE_ERROR(NOMEM);
    line->open = true;
    line->ht = ht;
    line->proc = proc;
    line->version = version;
    line->wanted_line_states = line->wanted_address_states = 0;
    line->media_detection = 0;
    line->service = SERVICE_UNKNOWN;
    line->opened_at = GetTickCount64();
    connection_open(line);
    line_status_begin(line);
    return 0;
}

static void let_go_of_all(struct line *line)
{
    requests_fail(line, NULL);
    FOR_EACH_CALL(call, line)
        if (call->phase != CALL_TRACKED)
            call_let_go(call);
}

void line_disconnect(struct line *line)
{
    let_go_of_all(line);
    connection_close(line);
    line_status_tell_service(line, false);
    settle(line, GetTickCount64());
}

struct event *line_close(struct line *line)
{
    line_disconnect(line);
    struct event *last = events_take(line, NULL); /* all that was just said of its end, too */
    while (line->calls)
        call_free(line->calls);
    handle_free(line->handle);
    line->handle = 0;
    line->open = false;
    return last;
}

void line_reconnect(struct line *line)
{
    ULONGLONG now = GetTickCount64();
    FOR_EACH_CALL(call, line)
        call_on_leaving(call);
    connection_close(line);
    on_lost(line, now);
    connection_open(line);
    settle(line, now);
}
