#include "line.h"

#include "call.h"
#include "connection.h"
#include "events.h"
#include "external_call.h"
#include "handle.h"
#include "line_status.h"
#include "pending_release.h"
#include "session_text.h"
#include "ticks.h"

/* What the connection tells, to the calls and to TAPI. */

static void on_ready(struct line *line, ULONGLONG now)
{
    line_status_tell_service(line, true);
    line_status_tell_offer(line);
    if (line->live)
        call_on_ready(line->live, now);
    if (line->live && connection_is_clear(line))
        call_on_clear(line->live);
}

static void on_away(struct line *line)
{
    line_status_tell_service(line, false);
    line_status_tell_offer(line);
}

static void on_lost(struct line *line, ULONGLONG now)
{
    on_away(line);
    if (line->live)
        call_on_lost(line->live, now);
}

/* Whose is it? What is surely of one call comes first; then a notification of a new call is of the one that was dialled
 * last, unless it is known to be another's. */
static void on_notification(struct line *line, const struct session_message *message)
{
    struct call *call = line->live;
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

static void dispatch(struct line *line, ULONGLONG now)
{
    struct connection_event event;
    while (connection_next(line, now, &event)) {
        switch (event.kind) {
        case CONNECTION_EVENT_READY:
            on_ready(line, now);
            break;
        case CONNECTION_EVENT_DELAYED:
            on_away(line);
            break;
        case CONNECTION_EVENT_LOST:
            on_lost(line, now);
            break;
        case CONNECTION_EVENT_CLEAR:
            if (line->live)
                call_on_clear(line->live);
            break;
        case CONNECTION_EVENT_DIAL_RESPONSE:
            if (line->live)
                call_on_response(line->live, event.number, event.error);
            break;
        case CONNECTION_EVENT_NOTIFICATION:
            on_notification(line, &event.message);
            break;
        default: /* the others are the connection's own */
            break;
        }
    }
}

ULONGLONG line_step(struct line *line, ULONGLONG now)
{
    connection_step(line, now);
    dispatch(line, now);
    ULONGLONG due = connection_due(line);
    return line->live ? earlier(due, call_step(line->live, now)) : due;
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
    connection_open(line);
    line->offered = line_status_can_call(line);
    line->offer_unsure = false;
    return 0;
}

void line_disconnect(struct line *line)
{
    connection_close(line);
    on_away(line);
}

struct event *line_close(struct line *line)
{
    if (line->live)
        call_let_go(line->live);
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
    if (line->live)
        call_on_leaving(line->live);
    connection_close(line);
    if (line->live)
        call_on_lost(line->live, now);
    connection_open(line);
    on_away(line);
}
