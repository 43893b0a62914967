#include "action.h"

#include "memory.h"
#include "text.h"
#include "ticks.h"
#include "trace.h"
#include "wake.h"

static void break_off(struct connection *connection)
{
    connection->broken = true;
    wake_worker();
}

void action_flush(struct line *line)
{
    struct connection *connection = &line->connection;
    size_t sent = 0;
    while (sent < connection->out_used) {
        int count = send(connection->socket, connection->out + sent, (int)(connection->out_used - sent), 0);
        if (count <= 0) {
            if (WSAGetLastError() != WSAEWOULDBLOCK)
                break_off(connection);
            break;
        }
        sent += (size_t)count;
    }
    memmove(connection->out, connection->out + sent, connection->out_used - sent);
    connection->out_used -= sent;
}

static bool comes_soon(enum action_kind kind)
{
    return kind != ACTION_REQUEST && kind != ACTION_FORGOTTEN;
}

bool action_is_awaited(const struct connection *connection)
{
    for (unsigned i = 0; i < connection->action_count; i++)
        if (comes_soon(connection->actions[i].kind))
            return true;
    return false;
}

/* The message of this length was written behind what is in `out`. */
static void put(struct line *line, enum action_kind kind, DWORD id, DWORD number, size_t length)
{
    struct connection *connection = &line->connection;
    if (length == 0 || connection->action_count == CONNECTION_ACTIONS) {
        break_off(connection); /* its responses are outstanding, or it does not read */
        return;
    }
    if (!action_is_awaited(connection))
        connection->answer_by = GetTickCount64() + ANSWER_MS;
    connection->actions[connection->action_count++] = (struct action){kind, id, number};
    connection->out_used += length;
    action_flush(line);
}

#define SPACE(connection) (connection)->out + (connection)->out_used, sizeof(connection)->out - (connection)->out_used

void action_login(struct line *line)
{
    char terminal[SETTINGS_TERMINAL * 4], token[SETTINGS_TOKEN * 4];
    text_to_utf8(line->settings.terminal, terminal, sizeof terminal);
    text_to_utf8(line->settings.token, token, sizeof token);
    trace(L"%s: logging in as terminal %s", line->settings.name, line->settings.terminal);
    put(line, ACTION_LOGIN, 0, 0, session3_login(SPACE(&line->connection), terminal, token));
    SecureZeroMemory(token, sizeof token);
}

/* Its number is never that of an open request: those before it are long answered. */
static void put_request(struct line *line, enum action_kind kind, DWORD number, struct session3_request *request)
{
    struct connection *connection = &line->connection;
    request->number = ++connection->last_request ? connection->last_request : ++connection->last_request;
    put(line, kind, request->number, number, session3_request(SPACE(connection), request));
}

void action_dial(struct line *line, const struct call *call, const char *first)
{
    trace(L"%s: dialling", line->settings.name);
    struct session3_request request = {.command = call->beginning, .call = first};
    if (call->beginning == SESSION3_PICKUP)
        request.target = call->address;
    else if (call->beginning == SESSION3_UNPARK)
        request.slot = call->address;
    else
        request.address = call->address;
    if (line->connection.version >= 3)
        put_request(line, ACTION_DIAL, call->serial, &request);
    else
        put(line, ACTION_DIAL, 0, call->serial, session_dial(SPACE(&line->connection), call->address));
}

void action_drop(struct line *line, DWORD number, const char *which, bool ringing)
{
    enum session3_command command = ringing ? SESSION3_REJECT : SESSION3_DROP;
    if (line->connection.version >= 3)
        put_request(line, ACTION_DROP, number, &(struct session3_request){.command = command, .call = which});
    else
        put(line, ACTION_DROP, 0, number, session_drop(SPACE(&line->connection), which));
}

bool action_request(struct line *line, DWORD number, struct session3_request *request)
{
    struct connection *connection = &line->connection;
    if (connection->phase != CONNECTION_READY || connection->version < 3 || connection->broken ||
        connection->action_count >= CONNECTION_ACTIONS - CONNECTION_RELEASES)
        return false;
    put_request(line, ACTION_REQUEST, number, request);
    return !connection->broken;
}

void action_forget(struct line *line, DWORD number)
{
    struct connection *connection = &line->connection;
    for (unsigned i = 0; i < connection->action_count; i++)
        if (connection->actions[i].kind == ACTION_REQUEST && connection->actions[i].number == number)
            connection->actions[i].kind = ACTION_FORGOTTEN;
    if (connection->phase == CONNECTION_READY && connection->version >= 3 && !action_is_awaited(connection))
        put_request(line, ACTION_ALIVE, 0, &(struct session3_request){.command = SESSION3_ALIVE});
}

bool action_answered(struct connection *connection, ULONGLONG now, DWORD id, struct action *action)
{
    unsigned at = 0;
    while (at < connection->action_count && connection->actions[at].id != id)
        at++;
    if (at == connection->action_count)
        return false;
    *action = connection->actions[at];
    connection->action_count--;
    memmove(connection->actions + at, connection->actions + at + 1,
            (connection->action_count - at) * sizeof connection->actions[0]);
    connection->answer_by = now + ANSWER_MS;
    return true;
}
