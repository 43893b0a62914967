/* The talk over a connection that is up: actions out, responses and notifications in, and whose they are. */
#include "link_talk.h"

#include "calls.h"
#include "link.h"
#include "memory.h"
#include "text.h"
#include "trace.h"
#include "worker.h"

#define NEVER (~(ULONGLONG)0)

#define ANSWER_MS 10000  /* a Smart Messenger that does not respond for so long is as good as gone */
#define LEFTOVER_MS 3000 /* a dropped call holds up the next dial no longer */
#define RECEIVE_TURNS 4
#define NONSENSE_MAX 1000 /* messages in a row that are none: no Smart Messenger is there */

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

void talk_flush(struct line *line)
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
    talk_flush(line);
}

#define SPACE(link) (link)->out + (link)->out_used, sizeof(link)->out - (link)->out_used

void talk_login(struct line *line)
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

void talk_lost(struct line *line)
{
    struct link *link = &line->link;
    for (unsigned i = link->leftover_count; i-- > 0;) {
        link->leftovers[i].dropping = false;
        link->leftovers[i].deadline = NEVER;
        if (!link->leftovers[i].id[0])
            remove_leftover(line, i);
    }
}

ULONGLONG talk_step(struct line *line, ULONGLONG now)
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

static void on_response(struct line *line, const struct session_message *message, ULONGLONG now)
{
    struct link *link = &line->link;
    if (link->action_count == 0)
        return; /* a response to nothing */
    enum link_action action = link->actions[0];
    memmove(link->actions, link->actions + 1, --link->action_count * sizeof link->actions[0]);
    link->answer_by = now + ANSWER_MS;
    if (action == ACTION_LOGIN)
        link_on_login(line, message, now);
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
        link_lose(line, now, L"the peer does not speak the TSP session");
        return false;
    }
    return true;
}

void talk_receive(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    /* Windows tells again of what is left: a peer that sends without end must not keep the lock. */
    for (int turn = 0; turn < RECEIVE_TURNS; turn++) {
        char *where;
        size_t room = session_room(&link->reader, &where);
        int count = recv(link->socket, where, (int)room, 0);
        if (count == 0) {
            link_lose(line, now, L"the Smart Messenger has ended the connection");
            return;
        }
        if (count < 0) {
            if (WSAGetLastError() != WSAEWOULDBLOCK)
                link_lose(line, now, L"the connection broke");
            return;
        }
        session_received(&link->reader, (size_t)count);
        if (!read_messages(line, now))
            return;
    }
    if (link->ending)
        worker_wake();
}

