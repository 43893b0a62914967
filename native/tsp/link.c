#include "link.h"

#include "calls.h"
#include "eventlog.h"
#include "events.h"
#include "resolve.h"
#include "text.h"
#include "trace.h"
#include "worker.h"

#include "memory.h"

#include <mstcpip.h>

#define NEVER (~(ULONGLONG)0)

#define RESOLVE_MS 20000
#define CONNECT_MS 5000
#define LOGIN_MS 5000
#define ANSWER_MS 10000   /* a Smart Messenger that does not respond for so long is as good as gone */
#define LEFTOVER_MS 3000  /* a dropped call holds up the next dial no longer */
#define ANNOUNCE_MS 1000  /* live calls are told of right after the login */
#define REFUSED_MS 30000  /* a wrong token does not become right by trying */
#define AWAY_MS 60000     /* then an administrator should know */
#define KEEPALIVE_MS 15000
#define KEEPALIVE_EVERY_MS 3000
#define RECEIVE_TURNS 4
#define NONSENSE_MAX 1000 /* messages in a row that are none: no Smart Messenger is there */

static const DWORD PAUSES_MS[] = {100, 250, 500, 1000, 2000, 4000, 8000, 15000, 30000};

static void lose(struct line *line, ULONGLONG now, const WCHAR *why);

static bool is_text(struct session_text text, const char *word)
{
    size_t length = 0;
    while (word[length])
        length++;
    if (text.length != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text.bytes[i] != word[i])
            return false;
    return true;
}

static bool same_id(const char *id, struct session_text text)
{
    return id[0] && is_text(text, id);
}

static void copy_id(char *out, struct session_text id)
{
    size_t length = id.length <= SESSION_MAX_CALL_ID ? id.length : SESSION_MAX_CALL_ID;
    memcpy(out, id.bytes, length);
    out[length] = 0;
}

/* Sending. */

static void flush(struct line *line)
{
    struct link *link = &line->link;
    size_t sent = 0;
    while (sent < link->out_used) {
        int count = send(link->socket, link->out + sent, (int)(link->out_used - sent), 0);
        if (count <= 0) {
            link->broken = WSAGetLastError() != WSAEWOULDBLOCK;
            if (link->broken)
                worker_wake();
            break;
        }
        sent += (size_t)count;
    }
    memmove(link->out, link->out + sent, link->out_used - sent);
    link->out_used -= sent;
}

static void sent(struct line *line, enum link_action action, size_t length)
{
    struct link *link = &line->link;
    if (length == 0 || link->action_count == LINK_ACTIONS) {
        link->broken = true; /* its responses are outstanding, or it does not read */
        worker_wake();
        return;
    }
    ULONGLONG now = GetTickCount64();
    if (link->action_count == 0)
        link->answer_by = now + ANSWER_MS;
    link->actions[link->action_count++] = action;
    link->out_used += length;
    flush(line);
}

#define SPACE(link) (link)->out + (link)->out_used, sizeof(link)->out - (link)->out_used

static void send_login(struct line *line)
{
    char terminal[SETTINGS_TERMINAL * 4], token[SETTINGS_TOKEN * 4];
    text_to_utf8(line->settings.terminal, terminal, sizeof terminal);
    text_to_utf8(line->settings.token, token, sizeof token);
    trace(L"%s: logging in as terminal %s", line->settings.name, line->settings.terminal);
    sent(line, ACTION_LOGIN, session_login(SPACE(&line->link), terminal, token));
    SecureZeroMemory(token, sizeof token);
}

static void send_drop(struct line *line, const char *which)
{
    sent(line, ACTION_DROP, session_drop(SPACE(&line->link), which));
}

void link_dial(struct line *line, const struct call *call)
{
    trace(L"%s: dialling", line->settings.name);
    sent(line, ACTION_DIAL, session_dial(SPACE(&line->link), call->address));
}

/* Leftover calls. */

static void remove_leftover(struct line *line, unsigned at)
{
    struct link *link = &line->link;
    memmove(&link->leftovers[at], &link->leftovers[at + 1],
            (link->leftover_count - at - 1) * sizeof link->leftovers[0]);
    link->leftover_count--;
    if (link_clear(line))
        calls_on_clear(line);
}

static void add_foreign(struct link *link, const char *id)
{
    memcpy(link->foreign[link->foreign_next], id, sizeof link->foreign[0]);
    link->foreign_next = (link->foreign_next + 1) % LINK_FOREIGN;
}

static bool is_foreign(const struct link *link, struct session_text id)
{
    for (unsigned i = 0; i < LINK_FOREIGN; i++)
        if (same_id(link->foreign[i], id))
            return true;
    return false;
}

void link_drop(struct line *line, const struct call *call)
{
    struct link *link = &line->link;
    bool ready = link->phase == LINK_READY;
    if (ready) /* a peer of version 1 may know addresses only */
        send_drop(line, link->version_2 && call->id[0] ? call->id : call->address);
    if ((!ready && !call->id[0]) || link->leftover_count == LINK_LEFTOVERS)
        return;
    struct leftover *leftover = &link->leftovers[link->leftover_count++];
    memcpy(leftover->id, call->id, sizeof leftover->id);
    leftover->dropping = ready;
    leftover->deadline = ready ? GetTickCount64() + LEFTOVER_MS : NEVER;
}

static ULONGLONG step_leftovers(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    ULONGLONG next = NEVER;
    for (unsigned i = 0; i < link->leftover_count;) {
        ULONGLONG deadline = link->leftovers[i].deadline;
        if (now >= deadline) {
            if (link->leftovers[i].id[0])
                add_foreign(link, link->leftovers[i].id);
            remove_leftover(line, i);
        } else {
            next = deadline < next ? deadline : next;
            i++;
        }
    }
    return next;
}

/* Receiving. */

static LONG error_of(struct session_text reason)
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
    };
    for (unsigned i = 0; i < ARRAYSIZE(ERRORS); i++)
        if (is_text(reason, ERRORS[i].reason))
            return ERRORS[i].error;
    return LINE_ERROR(OPERATIONFAILED);
}

static void set_service(struct line *line, bool in)
{
    static const DWORD STATES[2][2] = {{LINEDEVSTATE_DISCONNECTED, LINEDEVSTATE_OUTOFSERVICE},
                                       {LINEDEVSTATE_CONNECTED, LINEDEVSTATE_INSERVICE}};
    int now = in ? SERVICE_IN : SERVICE_OUT;
    if (!line->open || (int)line->service == now)
        return;
    line->service = in ? SERVICE_IN : SERVICE_OUT;
    for (int i = 0; i < 2; i++)
        if (line->wanted_line_states & STATES[in][i])
            event_line(line, NULL, LINE_LINEDEVSTATE, STATES[in][i], 0, 0);
}

static void become_ready(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    trace(L"%s: ready, version %u", line->settings.name, link->version_2 ? 2 : 1);
    if (link->away_reported) {
        WCHAR text[400];
        text_format(text, ARRAYSIZE(text), L"%s: the Smart Messenger at %s:%u can be reached again.",
                    line->settings.name, line->settings.host, line->settings.port);
        eventlog_warn(text);
    }
    link->phase = LINK_READY;
    link->failures = 0;
    link->away_since = 0;
    link->away_reported = false;
    for (unsigned i = 0; i < link->leftover_count; i++)
        link->leftovers[i].deadline = now + ANNOUNCE_MS;
    set_service(line, true);
    calls_on_ready(line, now);
    if (link_clear(line))
        calls_on_clear(line);
}

static void on_login(struct line *line, const struct session_message *message, ULONGLONG now)
{
    struct link *link = &line->link;
    link->version_2 = message->version_2;
    /* A peer that knows no Login says Fail, without a reason, and may serve us all the same. */
    if (message->success || (!line->settings.token[0] && message->reason.length == 0)) {
        become_ready(line, now);
        return;
    }
    WCHAR reason[64];
    text_from_utf8(message->reason.bytes, message->reason.length, reason, ARRAYSIZE(reason));
    trace(L"%s: the login was refused: %s", line->settings.name, reason);
    lose(line, now, L"the login was refused; check terminal and token");
    link->deadline = now + REFUSED_MS;
}

static void on_response(struct line *line, const struct session_message *message, ULONGLONG now)
{
    struct link *link = &line->link;
    if (link->action_count == 0)
        return; /* a response to nothing */
    enum link_action action = link->actions[0];
    memmove(link->actions, link->actions + 1, --link->action_count * sizeof link->actions[0]);
    link->answer_by = now + ANSWER_MS;
    if (action == ACTION_LOGIN)
        on_login(line, message, now);
    else if (action == ACTION_DIAL)
        calls_on_response(line, message->success ? 0 : error_of(message->reason));
    else if (!message->success && link->leftover_count > 0)
        remove_leftover(line, 0); /* it was gone already */
}

/* The call that a notification is about, if it is a leftover: then true. */
static bool on_leftover(struct line *line, const struct session_message *message)
{
    struct link *link = &line->link;
    for (unsigned i = 0; i < link->leftover_count; i++) {
        struct leftover *leftover = &link->leftovers[i];
        bool first = !leftover->id[0] && !is_foreign(link, message->call_id);
        if (!first && !same_id(leftover->id, message->call_id))
            continue;
        copy_id(leftover->id, message->call_id);
        if (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK) {
            remove_leftover(line, i);
        } else if (!leftover->dropping) {
            leftover->dropping = true;
            leftover->deadline = GetTickCount64() + LEFTOVER_MS;
            send_drop(line, leftover->id);
        }
        return true;
    }
    return false;
}

static bool is_ours(const struct line *line, struct session_text terminal)
{
    WCHAR text[SETTINGS_TERMINAL];
    if (terminal.length == 0 || !line->settings.terminal[0])
        return true;
    text_from_utf8(terminal.bytes, terminal.length, text, ARRAYSIZE(text));
    return CompareStringOrdinal(text, -1, line->settings.terminal, -1, TRUE) == CSTR_EQUAL;
}

static void on_notify(struct line *line, const struct session_message *message)
{
    struct call *call = line->live;
    if (!is_ours(line, message->terminal))
        return;
    if (call && same_id(call->id, message->call_id)) {
        calls_on_notify(call, message);
    } else if (on_leftover(line, message) || is_foreign(&line->link, message->call_id)) {
        return;
    } else if (call && call->phase == CALL_ACCEPTED && !call->id[0]) {
        copy_id(call->id, message->call_id);
        calls_on_notify(call, message);
    } else {
        /* Dialled by hand on the phone, or before this connection. TAPI must not hear of it: it drops what no
         * application owns. */
        char id[SESSION_MAX_CALL_ID + 1] = {0};
        copy_id(id, message->call_id);
        add_foreign(&line->link, id);
    }
}

/* False when the connection is lost. */
static bool read_messages(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    struct session_message message;
    SOCKET socket = link->socket;
    enum session_result result;
    while ((result = session_next(&link->reader, &message)) == SESSION_MESSAGE) {
        link->nonsense = message.kind == SESSION_NONSENSE ? link->nonsense + 1 : 0;
        if (message.kind == SESSION_RESPONSE)
            on_response(line, &message, now);
        else if (message.kind != SESSION_NONSENSE)
            on_notify(line, &message);
        if (link->socket != socket)
            return false;
    }
    if (result == SESSION_BROKEN || link->nonsense > NONSENSE_MAX) {
        lose(line, now, L"the peer does not speak the TSP session");
        return false;
    }
    return true;
}

static void receive(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    /* Windows tells again of what is left: a peer that sends without end must not keep the lock. */
    for (int turn = 0; turn < RECEIVE_TURNS; turn++) {
        char *where;
        size_t room = session_room(&link->reader, &where);
        int count = recv(link->socket, where, (int)room, 0);
        if (count == 0) {
            lose(line, now, L"the Smart Messenger has ended the connection");
            return;
        }
        if (count < 0) {
            if (WSAGetLastError() != WSAEWOULDBLOCK)
                lose(line, now, L"the connection broke");
            return;
        }
        session_received(&link->reader, (size_t)count);
        if (!read_messages(line, now))
            return;
    }
    if (link->ending)
        worker_wake();
}

/* Connecting. */

static void close_socket(struct link *link)
{
    if (link->socket != INVALID_SOCKET)
        closesocket(link->socket);
    link->socket = INVALID_SOCKET;
    link->action_count = 0;
    link->out_used = 0;
    link->broken = false;
    link->version_2 = false;
    link->nonsense = 0;
    link->ending = false;
    session_begin(&link->reader);
}

static void pause(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    unsigned at = link->failures < ARRAYSIZE(PAUSES_MS) ? link->failures : ARRAYSIZE(PAUSES_MS) - 1;
    /* Lines that lost the same Smart Messenger do not all come back in the same moment. */
    DWORD scatter = (line->position * 37 + (DWORD)now) % (PAUSES_MS[at] / 4);
    link->failures++;
    link->phase = LINK_PAUSED;
    link->deadline = now + PAUSES_MS[at] + scatter;
    resolve_release(link->resolution);
    link->resolution = NULL;
    if (link->away_since == 0)
        link->away_since = now;
    set_service(line, false);
}

static void lose(struct line *line, ULONGLONG now, const WCHAR *why)
{
    struct link *link = &line->link;
    trace(L"%s: %s (%s:%u)", line->settings.name, why, line->settings.host, line->settings.port);
    close_socket(link);
    link->phase = LINK_PAUSED;
    for (unsigned i = link->leftover_count; i-- > 0;) {
        link->leftovers[i].dropping = false;
        link->leftovers[i].deadline = NEVER;
        if (!link->leftovers[i].id[0])
            remove_leftover(line, i);
    }
    pause(line, now);
    calls_on_lost(line, now);
}

static void connect_next(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    const struct sockaddr *address;
    int size;
    close_socket(link);
    while ((address = resolve_address(link->resolution, link->next_address++, &size))) {
        link->socket = socket(address->sa_family, SOCK_STREAM, IPPROTO_TCP);
        if (link->socket == INVALID_SOCKET)
            continue;
        if (WSAEventSelect(link->socket, worker_socket_event(line), FD_CONNECT | FD_READ | FD_WRITE | FD_CLOSE) == 0 &&
            (connect(link->socket, address, size) == 0 || WSAGetLastError() == WSAEWOULDBLOCK)) {
            link->phase = LINK_CONNECTING;
            link->deadline = now + CONNECT_MS;
            return;
        }
        close_socket(link);
    }
    lose(line, now, link->next_address > 1 ? L"nobody listens there" : L"the host's name is not known");
}

static void on_connected(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    BOOL yes = TRUE;
    DWORD count;
    struct tcp_keepalive keepalive = {1, KEEPALIVE_MS, KEEPALIVE_EVERY_MS};
    setsockopt(link->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    WSAIoctl(link->socket, SIO_KEEPALIVE_VALS, &keepalive, sizeof keepalive, NULL, 0, &count, NULL, NULL);
    if (line->settings.terminal[0] || line->settings.token[0]) {
        link->phase = LINK_LOGIN;
        link->deadline = now + LOGIN_MS;
        send_login(line);
    } else {
        become_ready(line, now);
    }
}

static void resolve(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    link->resolution = resolve_begin(line->settings.host, line->settings.port);
    link->next_address = 0;
    link->phase = LINK_RESOLVING;
    link->deadline = now + RESOLVE_MS;
    if (!link->resolution)
        pause(line, now);
}

/* From outside. */

void link_open(struct line *line)
{
    struct link *link = &line->link;
    memset(link, 0, sizeof *link);
    link->socket = INVALID_SOCKET;
    link->phase = LINK_PAUSED;
    link->away_since = GetTickCount64();
    session_begin(&link->reader);
    worker_wake();
}

static void leave(struct line *line)
{
    struct link *link = &line->link;
    if (link->phase == LINK_READY || link->phase == LINK_LOGIN) {
        worker_linger(link->socket);
        link->socket = INVALID_SOCKET;
    }
    close_socket(link);
    resolve_release(link->resolution);
    link->resolution = NULL;
    link->phase = LINK_OFF;
}

void link_close(struct line *line)
{
    leave(line);
    line->link.leftover_count = 0;
}

void link_renew(struct line *line)
{
    ULONGLONG now = GetTickCount64();
    leave(line);
    line->link.leftover_count = 0;
    calls_on_lost(line, now);
    link_open(line);
}

bool link_promising(const struct line *line)
{
    return line->link.phase == LINK_READY || (line->link.phase != LINK_OFF && line->link.failures == 0);
}

bool link_clear(const struct line *line)
{
    return line->link.phase == LINK_READY && line->link.leftover_count == 0;
}

static void report_away(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    WCHAR text[512];
    if (link->away_since == 0 || link->away_reported || now < link->away_since + AWAY_MS)
        return;
    link->away_reported = true;
    text_format(text, ARRAYSIZE(text),
                L"%s: the Smart Messenger at %s:%u cannot be reached, or refuses the login, for a minute. Check that it "
                L"runs, and host, port, terminal and token of the line.",
                line->settings.name, line->settings.host, line->settings.port);
    eventlog_warn(text);
}

static void step_phase(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    if (link->broken) {
        lose(line, now, L"the connection broke");
        return;
    }
    if (link->ending) {
        receive(line, now);
        return;
    }
    switch (link->phase) {
    case LINK_PAUSED:
        if (now >= link->deadline)
            resolve(line, now);
        if (link->phase != LINK_RESOLVING || !resolve_done(link->resolution))
            return;
        connect_next(line, now);
        return;
    case LINK_RESOLVING:
        if (resolve_done(link->resolution))
            connect_next(line, now);
        else if (now >= link->deadline)
            lose(line, now, L"the host's name cannot be found out");
        return;
    case LINK_CONNECTING:
        if (now >= link->deadline)
            connect_next(line, now);
        return;
    case LINK_LOGIN:
        if (now >= link->deadline)
            lose(line, now, L"no response to the login");
        return;
    case LINK_READY:
        if (link->action_count > 0 && now >= link->answer_by)
            lose(line, now, L"no response");
        return;
    case LINK_OFF:
        return;
    }
}

ULONGLONG link_step(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    ULONGLONG next = NEVER;
    if (link->phase == LINK_OFF)
        return NEVER;
    step_phase(line, now);
    report_away(line, now);
    if (link->phase == LINK_READY) {
        next = step_leftovers(line, now);
        if (link->action_count > 0 && link->answer_by < next)
            next = link->answer_by;
    } else {
        next = link->deadline;
        if (!link->away_reported && link->away_since + AWAY_MS < next)
            next = link->away_since + AWAY_MS;
    }
    return next;
}

void link_on_socket(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    WSANETWORKEVENTS happened;
    SOCKET socket = link->socket;
    if (socket == INVALID_SOCKET || WSAEnumNetworkEvents(socket, NULL, &happened) != 0)
        return;
    if (happened.lNetworkEvents & FD_CONNECT) {
        if (happened.iErrorCode[FD_CONNECT_BIT] != 0)
            connect_next(line, now);
        else
            on_connected(line, now);
    }
    if (link->socket == socket && happened.lNetworkEvents & FD_WRITE && link->out_used > 0)
        flush(line);
    if (link->socket == socket && happened.lNetworkEvents & FD_CLOSE)
        link->ending = true;
    if (link->socket == socket && happened.lNetworkEvents & (FD_READ | FD_CLOSE))
        receive(line, now);
}
