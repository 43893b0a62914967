#include "link.h"

#include "calls.h"
#include "eventlog.h"
#include "events.h"
#include "link_talk.h"
#include "memory.h"
#include "resolve.h"
#include "text.h"
#include "trace.h"
#include "worker.h"

#include <mstcpip.h>

#define NEVER (~(ULONGLONG)0)

#define RESOLVE_MS 20000
#define CONNECT_MS 5000
#define LOGIN_MS 5000
#define ANNOUNCE_MS 1000  /* live calls are told of right after the login */
#define REFUSED_MS 30000  /* a wrong token does not become right by trying */
#define AWAY_MS 60000     /* then an administrator should know */
#define KEEPALIVE_MS 15000
#define KEEPALIVE_EVERY_MS 3000

static const DWORD PAUSES_MS[] = {100, 250, 500, 1000, 2000, 4000, 8000, 15000, 30000};

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
    link->refused = false;
    link->away_since = 0;
    link->away_reported = false;
    for (unsigned i = 0; i < link->leftover_count; i++)
        link->leftovers[i].deadline = now + ANNOUNCE_MS;
    set_service(line, true);
    calls_offer(line);
    calls_on_ready(line, now);
    if (link_clear(line))
        calls_on_clear(line);
}

void link_on_login(struct line *line, const struct session_message *message, ULONGLONG now)
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
    link_lose(line, now, L"the login was refused; check terminal and token");
    link->deadline = now + REFUSED_MS;
    link->refused = true;
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
    calls_offer(line);
}

void link_lose(struct line *line, ULONGLONG now, const WCHAR *why)
{
    struct link *link = &line->link;
    trace(L"%s: %s (%s:%u)", line->settings.name, why, line->settings.host, line->settings.port);
    close_socket(link);
    link->phase = LINK_PAUSED;
    talk_lost(line);
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
    link_lose(line, now, link->next_address > 1 ? L"nobody listens there" : L"the host's name is not known");
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
        talk_login(line);
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
    link->refused = false;
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
    static const struct linger AT_ONCE = {1, 0};
    struct link *link = &line->link;
    if (talk_owes_drop(line)) {
        /* It is the Smart Messenger that takes a dial back whose connection breaks before it has answered. Ended in
         * order, the connection would be one whose peer has said all that it wanted. */
        setsockopt(link->socket, SOL_SOCKET, SO_LINGER, (const char *)&AT_ONCE, sizeof AT_ONCE);
    } else if (link->phase == LINK_READY || link->phase == LINK_LOGIN) {
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
    set_service(line, false); /* a line that was removed is still open for a moment */
    calls_offer(line);
}

void link_renew(struct line *line)
{
    ULONGLONG now = GetTickCount64();
    calls_on_leaving(line);
    leave(line);
    line->link.leftover_count = 0;
    calls_on_lost(line, now);
    link_open(line);
    set_service(line, false);
    calls_offer(line);
}

bool link_promising(const struct line *line)
{
    return line->link.phase == LINK_READY || (line->link.phase != LINK_OFF && line->link.failures == 0);
}

bool link_hurry(struct line *line)
{
    struct link *link = &line->link;
    if (link->phase == LINK_OFF || link->refused)
        return false;
    if (link->phase == LINK_PAUSED) {
        link->deadline = 0;
        worker_wake();
    }
    return true;
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
        link_lose(line, now, L"the connection broke");
        return;
    }
    if (link->ending) {
        talk_receive(line, now);
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
            link_lose(line, now, L"the host's name cannot be found out");
        return;
    case LINK_CONNECTING:
        if (now >= link->deadline)
            connect_next(line, now);
        return;
    case LINK_LOGIN:
        if (now >= link->deadline)
            link_lose(line, now, L"no response to the login");
        return;
    case LINK_READY:
        if (link->action_count > 0 && now >= link->answer_by)
            link_lose(line, now, L"no response");
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
        next = talk_step(line, now);
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
        talk_flush(line);
    if (link->socket == socket && happened.lNetworkEvents & FD_CLOSE)
        link->ending = true;
    if (link->socket == socket && happened.lNetworkEvents & (FD_READ | FD_CLOSE))
        talk_receive(line, now);
}
