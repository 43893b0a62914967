#include "connection.h"

#include "action.h"
#include "eventlog.h"
#include "linger.h"
#include "memory.h"
#include "pending_release.h"
#include "receive.h"
#include "resolve.h"
#include "text.h"
#include "ticks.h"
#include "trace.h"
#include "wake.h"

#include <mstcpip.h>

/* Between attempts. A restart of the Smart Messenger is over within the first few. */
static const DWORD PAUSES_MS[] = {100, 250, 500, 1000, 2000, 4000, 8000, 15000, 30000};

/* Logging in. */

static void become_ready(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    trace(L"%s: ready, version %u", line->settings.name, connection->version);
    if (connection->away_reported) {
        WCHAR text[400];
        text_format(text, ARRAYSIZE(text), L"%s: the Smart Messenger at %s:%u can be reached again.",
                    line->settings.name, line->settings.host, line->settings.port);
        eventlog_warn(text);
    }
    connection->phase = CONNECTION_READY;
    connection->failures = 0;
    connection->refused = false;
    connection->away_since = 0;
    connection->away_reported = false;
    pending_release_on_ready(connection, now);
    connection->outcome = CONNECTION_EVENT_READY;
}

static void close_socket(struct connection *connection)
{
    if (connection->socket != INVALID_SOCKET)
        closesocket(connection->socket);
    connection->socket = INVALID_SOCKET;
    connection->action_count = 0;
    connection->out_used = 0;
    connection->broken = false;
    connection->version = 1;
    connection->all_told = false;
    connection->bad_messages = 0;
    connection->reads_left = 0;
    connection->ending = false;
    session_begin(&connection->reader);
}

static void pause(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    unsigned at = connection->failures < ARRAYSIZE(PAUSES_MS) ? connection->failures : ARRAYSIZE(PAUSES_MS) - 1;
    /* Lines that lost the same Smart Messenger do not all come back in the same moment. */
    DWORD scatter = (line->position * 37 + (DWORD)now) % (PAUSES_MS[at] / 4);
    connection->failures++;
    connection->phase = CONNECTION_PAUSED;
    connection->deadline = now + PAUSES_MS[at] + scatter;
    resolve_release(connection->resolution);
    connection->resolution = NULL;
    if (connection->away_since == 0)
        connection->away_since = now;
}

static void lose(struct line *line, ULONGLONG now, const WCHAR *reason)
{
    struct connection *connection = &line->connection;
    trace(L"%s: %s (%s:%u)", line->settings.name, reason, line->settings.host, line->settings.port);
    close_socket(connection);
    pause(line, now);
    pending_release_on_lost(connection);
    connection->outcome = CONNECTION_EVENT_LOST;
}

static void on_login_response(struct line *line, const struct session_message *message, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    connection->version = message->version_3 ? 3 : message->version_2 ? 2 : 1;
    connection->reader.version_3 = message->version_3;
    /* A peer that knows no Login says Fail, without a reason, and may serve us all the same. */
    if (message->success || (!line->settings.token[0] && message->reason.length == 0)) {
        become_ready(line, now);
        return;
    }
    WCHAR reason[64];
    text_from_utf8(message->reason.bytes, message->reason.length, reason, ARRAYSIZE(reason));
    trace(L"%s: the login was refused: %s", line->settings.name, reason);
    lose(line, now, L"the login was refused; check terminal and token");
    connection->deadline = now + LOGIN_REFUSED_MS;
    connection->refused = true;
}

/* Connecting. */

static void connect_next(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    const struct sockaddr *address;
    int size;
    close_socket(connection);
    while ((address = resolve_address(connection->resolution, connection->next_address++, &size))) {
        connection->socket = socket(address->sa_family, SOCK_STREAM, IPPROTO_TCP);
        if (connection->socket == INVALID_SOCKET)
            continue;
        if (WSAEventSelect(connection->socket, wake_socket_event(line->position),
                           FD_CONNECT | FD_READ | FD_WRITE | FD_CLOSE) == 0 &&
            (connect(connection->socket, address, size) == 0 || WSAGetLastError() == WSAEWOULDBLOCK)) {
            connection->phase = CONNECTION_CONNECTING;
            connection->deadline = now + CONNECT_MS;
            return;
        }
        close_socket(connection);
    }
    lose(line, now, connection->next_address > 1 ? L"nobody listens there" : L"the host's name is not known");
}

static void on_connected(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    BOOL yes = TRUE;
    DWORD count;
    struct tcp_keepalive keepalive = {1, KEEPALIVE_MS, KEEPALIVE_EVERY_MS};
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    WSAIoctl(connection->socket, SIO_KEEPALIVE_VALS, &keepalive, sizeof keepalive, NULL, 0, &count, NULL, NULL);
    if (line->settings.terminal[0] || line->settings.token[0]) {
        connection->phase = CONNECTION_LOGIN;
        connection->deadline = now + LOGIN_MS;
        action_login(line);
    } else {
        become_ready(line, now);
    }
}

static void resolve(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    connection->resolution = resolve_begin(line->settings.host, line->settings.port);
    connection->next_address = 0;
    connection->phase = CONNECTION_RESOLVING;
    connection->refused = false;
    connection->deadline = now + RESOLVE_MS;
    if (!connection->resolution) {
        pause(line, now);
        connection->outcome = CONNECTION_EVENT_DELAYED;
    }
}

/* From outside. */

void connection_open(struct line *line)
{
    struct connection *connection = &line->connection;
    memset(connection, 0, sizeof *connection);
    connection->socket = INVALID_SOCKET;
    connection->phase = CONNECTION_PAUSED;
    connection->away_since = GetTickCount64();
    connection->version = 1;
    session_begin(&connection->reader);
    wake_worker();
}

void connection_close(struct line *line)
{
    static const struct linger AT_ONCE = {1, 0};
    struct connection *connection = &line->connection;
    if (pending_release_owes_drop(connection)) {
        /* It is the Smart Messenger that takes a dial back whose connection breaks before it has answered. Ended in
         * order, the connection would be one whose peer has said all that it wanted. */
        setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, (const char *)&AT_ONCE, sizeof AT_ONCE);
    } else if (connection->phase == CONNECTION_READY || connection->phase == CONNECTION_LOGIN) {
        linger(connection->socket);
        connection->socket = INVALID_SOCKET;
    }
    close_socket(connection);
    resolve_release(connection->resolution);
    connection->resolution = NULL;
    connection->phase = CONNECTION_OFF;
    connection->release_count = 0;
}

bool connection_is_expected(const struct line *line)
{
    const struct connection *connection = &line->connection;
    return connection->phase == CONNECTION_READY ||
           (connection->phase != CONNECTION_OFF && connection->failures == 0);
}

bool connection_hurry(struct line *line)
{
    struct connection *connection = &line->connection;
    if (connection->phase == CONNECTION_OFF || connection->refused)
        return false;
    if (connection->phase == CONNECTION_PAUSED) {
        connection->deadline = 0;
        wake_worker();
    }
    return true;
}

bool connection_is_clear(const struct line *line)
{
    return line->connection.phase == CONNECTION_READY && line->connection.release_count == 0;
}

static void report_away(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    WCHAR text[512];
    if (connection->away_since == 0 || connection->away_reported || now < connection->away_since + AWAY_MS)
        return;
    connection->away_reported = true;
    text_format(text, ARRAYSIZE(text),
                L"%s: the Smart Messenger at %s:%u cannot be reached, or refuses the login, for a minute. Check that it "
                L"runs, and host, port, terminal and token of the line.",
                line->settings.name, line->settings.host, line->settings.port);
    eventlog_warn(text);
}

static void step_phase(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    switch (connection->phase) {
    case CONNECTION_PAUSED:
        if (now >= connection->deadline)
            resolve(line, now);
        if (connection->phase == CONNECTION_RESOLVING && resolve_done(connection->resolution))
            connect_next(line, now);
        return;
    case CONNECTION_RESOLVING:
        if (resolve_done(connection->resolution))
            connect_next(line, now);
        else if (now >= connection->deadline)
            lose(line, now, L"the host's name cannot be found out");
        return;
    case CONNECTION_CONNECTING:
        if (now >= connection->deadline)
            connect_next(line, now);
        return;
    case CONNECTION_LOGIN:
        if (now >= connection->deadline)
            lose(line, now, L"no response to the login");
        return;
    case CONNECTION_READY:
        if (action_is_awaited(connection) && now >= connection->answer_by)
            lose(line, now, L"no response");
        else
            pending_release_expire(connection, now);
        return;
    case CONNECTION_OFF:
        return;
    }
}

void connection_step(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    if (connection->phase == CONNECTION_OFF)
        return;
    if (connection->broken)
        lose(line, now, L"the connection broke");
    else if (connection->ending)
        receive_begin(connection);
    else
        step_phase(line, now);
    report_away(line, now);
}

ULONGLONG connection_due(const struct line *line)
{
    const struct connection *connection = &line->connection;
    if (connection->phase == CONNECTION_OFF)
        return NEVER;
    if (connection->phase == CONNECTION_READY)
        return earlier(pending_release_due(connection), action_is_awaited(connection) ? connection->answer_by : NEVER);
    return earlier(connection->deadline, connection->away_reported ? NEVER : connection->away_since + AWAY_MS);
}

void connection_on_socket(struct line *line, ULONGLONG now)
{
    struct connection *connection = &line->connection;
    WSANETWORKEVENTS happened;
    SOCKET socket = connection->socket;
    if (socket == INVALID_SOCKET || WSAEnumNetworkEvents(socket, NULL, &happened) != 0)
        return;
    if (happened.lNetworkEvents & FD_CONNECT) {
        if (happened.iErrorCode[FD_CONNECT_BIT] != 0)
            connect_next(line, now);
        else
            on_connected(line, now);
    }
    if (connection->socket != socket) /* that one is lost: the rest is not about the next one */
        return;
    if (happened.lNetworkEvents & FD_WRITE)
        action_flush(line);
    if (happened.lNetworkEvents & FD_CLOSE)
        connection->ending = true;
    if (happened.lNetworkEvents & (FD_READ | FD_CLOSE))
        receive_begin(connection);
}

bool connection_next(struct line *line, ULONGLONG now, struct connection_event *event)
{
    struct connection *connection = &line->connection;
    for (;;) {
        event->kind = connection->outcome;
        connection->outcome = CONNECTION_EVENT_NONE;
        if (event->kind != CONNECTION_EVENT_NONE)
            return true;
        bool released = connection->released;
        connection->released = false;
        if (released && connection_is_clear(line)) {
            event->kind = CONNECTION_EVENT_CLEAR;
            return true;
        }
        if (!receive_next(line, now, event))
            return false;
        if (event->kind == CONNECTION_EVENT_LOGIN_RESPONSE)
            on_login_response(line, &event->message, now);
        else if (event->kind == CONNECTION_EVENT_ENDED)
            lose(line, now, event->reason);
        else if (event->kind != CONNECTION_EVENT_NONE)
            return true;
    }
}
