#include "receive.h"

#include "action.h"
#include "pending_release.h"
#include "session_text.h"
#include "text.h"
#include "wake.h"

#define READS 4 /* of some 4 KB each, until other lines get their turn */
#define BAD_MESSAGES_MAX 1000 /* in a row that are none: no Smart Messenger is there */

LONG receive_error(struct session_text reason)
{
    static const struct {
        const char *reason;
        LONG error;
    } ERRORS[] = {
        {"invalid-address", LINE_ERROR(INVALADDRESS)},
        {"not-allowed", LINE_ERROR(ADDRESSBLOCKED)},
        {"terminal-busy", LINE_ERROR(CALLUNAVAIL)},
        {"terminal-unavailable", LINE_ERROR(RESOURCEUNAVAIL)},
        {"no-such-terminal", LINE_ERROR(RESOURCEUNAVAIL)},
        {"unavailable", LINE_ERROR(RESOURCEUNAVAIL)},
        {"overloaded", LINE_ERROR(RESOURCEUNAVAIL)},
        {"not-supported", LINE_ERROR(OPERATIONUNAVAIL)},
        {"not-possible-now", LINE_ERROR(RESOURCEUNAVAIL)},
    };
    for (unsigned i = 0; i < ARRAYSIZE(ERRORS); i++)
        if (session_text_equal(reason, session_text_of(ERRORS[i].reason)))
            return ERRORS[i].error;
    return LINE_ERROR(OPERATIONFAILED);
}

static void on_dialled(struct line *line, DWORD number, struct connection_event *event)
{
    if (pending_release_on_dialled(line, number, event->error == 0, event->call_id))
        return;
    event->kind = CONNECTION_EVENT_DIAL_RESPONSE;
    event->number = number;
}

static void on_response(struct line *line, ULONGLONG now, struct connection_event *event)
{
    const struct session_message *message = &event->message;
    struct action action;
    if (!action_answered(&line->connection, now, 0, &action))
        return; /* a response to nothing */
    switch (action.kind) {
    case ACTION_LOGIN:
        event->kind = CONNECTION_EVENT_LOGIN_RESPONSE;
        return;
    case ACTION_DIAL:
        event->error = message->success ? 0 : receive_error(message->reason);
        on_dialled(line, action.number, event);
        return;
    case ACTION_DROP:
        pending_release_on_dropped(line, action.number, message->success);
        return;
    default: /* those of version 3 */
        return;
    }
}

static void on_result(struct line *line, ULONGLONG now, struct connection_event *event)
{
    struct session3_result result;
    struct action action;
    if (!session3_read_result(&event->message, &result) || result.number == 0 ||
        !action_answered(&line->connection, now, result.number, &action))
        return;
    event->result = result;
    event->error = result.success ? 0 : receive_error(result.reason);
    event->call_id = result.call;
    if (action.kind == ACTION_DIAL) {
        on_dialled(line, action.number, event);
    } else if (action.kind == ACTION_DROP) {
        pending_release_on_dropped(line, action.number, result.success);
    } else if (action.kind == ACTION_REQUEST) {
        event->kind = CONNECTION_EVENT_RESULT;
        event->number = action.number;
    }
}

/* A notification that names no terminal is taken for this line's; so is any when the line has the Smart Messenger's
 * own, which is not known here. */
static bool is_own_terminal(const struct line *line, struct session_text terminal)
{
    WCHAR text[SETTINGS_TERMINAL];
    if (terminal.length == 0 || !line->settings.terminal[0])
        return true;
    text_from_utf8(terminal.bytes, terminal.length, text, ARRAYSIZE(text));
    return CompareStringOrdinal(text, -1, line->settings.terminal, -1, TRUE) == CSTR_EQUAL;
}

static void on_message(struct line *line, ULONGLONG now, struct connection_event *event)
{
    struct connection *connection = &line->connection;
    connection->bad_messages = event->message.kind == SESSION_BAD_MESSAGE ? connection->bad_messages + 1 : 0;
    switch (event->message.kind) {
    case SESSION_BAD_MESSAGE:
        return;
    case SESSION_RESPONSE:
        on_response(line, now, event);
        return;
    case SESSION_CALL_STATE:
    case SESSION_CALL_INFO:
        if (is_own_terminal(line, event->message.terminal))
            event->kind = CONNECTION_EVENT_NOTIFICATION;
        return;
    case SESSION_RESULT:
        on_result(line, now, event);
        return;
    case SESSION_LINE:
        if (session3_read_line(&event->message, &event->line))
            event->kind = CONNECTION_EVENT_LINE;
        return;
    case SESSION_CALL:
        if (session3_read_call(&event->message, &event->call))
            event->kind = CONNECTION_EVENT_CALL;
        return;
    case SESSION_READY:
        connection->all_told = true;
        event->kind = CONNECTION_EVENT_ALL_TOLD;
        return;
    }
}

static bool ended(struct connection *connection, struct connection_event *event, const WCHAR *reason)
{
    connection->reads_left = 0;
    event->kind = CONNECTION_EVENT_ENDED;
    event->reason = reason;
    return true;
}

void receive_begin(struct connection *connection)
{
    connection->reads_left = READS + 1; /* what the last one brought is to be looked at, too */
}

bool receive_next(struct line *line, ULONGLONG now, struct connection_event *event)
{
    struct connection *connection = &line->connection;
    event->kind = CONNECTION_EVENT_NONE;
    event->call_id = (struct session_text){"", 0};
    while (connection->reads_left > 0) {
        enum session_result result = session_next(&connection->reader, &event->message);
        if (result == SESSION_MESSAGE) {
            on_message(line, now, event);
            return true;
        }
        if (result == SESSION_PROTOCOL_ERROR || connection->bad_messages > BAD_MESSAGES_MAX)
            return ended(connection, event, L"the peer does not speak the TSP session");
        if (--connection->reads_left == 0) {
            if (connection->ending)
                wake_worker(); /* Windows tells of the end once */
            return false;
        }
        char *where;
        size_t room = session_room(&connection->reader, &where);
        int count = recv(connection->socket, where, (int)room, 0);
        if (count == 0)
            return ended(connection, event, L"the Smart Messenger has ended the connection");
        if (count < 0) {
            connection->reads_left = 0;
            if (WSAGetLastError() != WSAEWOULDBLOCK)
                return ended(connection, event, L"the connection broke");
            return false;
        }
        session_received(&connection->reader, (size_t)count);
        if ((size_t)count < room && !connection->ending) /* all there was; Windows tells when there is more */
            connection->reads_left = 1;
    }
    return false;
}
