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

/* The message of this length was written behind what is in `out`. */
static void put(struct line *line, enum action_kind kind, DWORD number, size_t length)
{
    struct connection *connection = &line->connection;
    if (length == 0 || connection->action_count == CONNECTION_ACTIONS) {
        break_off(connection); /* its responses are outstanding, or it does not read */
        return;
    }
    if (connection->action_count == 0)
        connection->answer_by = GetTickCount64() + ANSWER_MS;
    connection->actions[connection->action_count++] = (struct action){kind, number};
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
    put(line, ACTION_LOGIN, 0, session_login(SPACE(&line->connection), terminal, token));
    SecureZeroMemory(token, sizeof token);
}

void action_dial(struct line *line, const struct call *call)
{
    trace(L"%s: dialling", line->settings.name);
    put(line, ACTION_DIAL, call->number, session_dial(SPACE(&line->connection), call->address));
}

void action_drop(struct line *line, DWORD number, const char *which)
{
    put(line, ACTION_DROP, number, session_drop(SPACE(&line->connection), which));
}

bool action_answered(struct connection *connection, ULONGLONG now, struct action *action)
{
    if (connection->action_count == 0)
        return false;
    *action = connection->actions[0];
    connection->action_count--;
    memmove(connection->actions, connection->actions + 1, connection->action_count * sizeof connection->actions[0]);
    connection->answer_by = now + ANSWER_MS;
    return true;
}
