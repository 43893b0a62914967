/* The talk over a connection that is up: actions out, responses and notifications in, and whose they are. */
#include "link_talk.h"

#include "calls.h"
#include "link.h"
#include "memory.h"
#include "others.h"
#include "text.h"
#include "trace.h"
#include "worker.h"

#define NEVER (~(ULONGLONG)0)

#define ANSWER_MS 10000  /* a Smart Messenger that does not respond for so long is as good as gone */
#define LEFTOVER_MS 3000 /* a dropped call holds up the next dial no longer */
#define RECEIVE_TURNS 4
#define NONSENSE_MAX 1000 /* messages in a row that are none: no Smart Messenger is there */

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

static void sent(struct line *line, enum link_action_kind kind, DWORD number, size_t length)
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
    link->actions[link->action_count++] = (struct link_action){kind, number};
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
    sent(line, ACTION_LOGIN, 0, session_login(SPACE(&line->link), terminal, token));
    SecureZeroMemory(token, sizeof token);
}

static void send_drop(struct line *line, DWORD number, const char *which)
{
    sent(line, ACTION_DROP, number, session_drop(SPACE(&line->link), which));
}

void link_dial(struct line *line, const struct call *call)
{
    trace(L"%s: dialling", line->settings.name);
    sent(line, ACTION_DIAL, call->number, session_dial(SPACE(&line->link), call->address));
}

void link_let_go(struct line *line, const struct call *call)
{
    char called[PARTY_TEXT * 3];
    struct foreign *foreign = others_add(&line->link, others_text(call->id));
    text_to_utf8(call->called_id, called, sizeof called);
    others_ending(foreign->called, others_text(called));
    others_ending(foreign->dialled, others_text(call->address));
}

/* Leftover calls. */

static struct leftover *find_leftover(struct link *link, DWORD number)
{
    for (unsigned i = 0; i < link->leftover_count; i++)
        if (link->leftovers[i].number == number)
            return &link->leftovers[i];
    return NULL;
}

static void remove_leftover(struct line *line, struct leftover *leftover, bool over)
{
    struct link *link = &line->link;
    if (leftover->id[0])
        others_add(link, others_text(leftover->id))->over = over;
    memmove(leftover, leftover + 1, (size_t)(link->leftovers + link->leftover_count - leftover - 1) * sizeof *leftover);
    link->leftover_count--;
    if (link_clear(line))
        calls_on_clear(line);
}

static void drop_leftover(struct line *line, struct leftover *leftover, const char *which)
{
    leftover->dropping = true;
    leftover->deadline = GetTickCount64() + LEFTOVER_MS;
    send_drop(line, leftover->number, which);
}

void link_drop(struct line *line, const struct call *call, bool withdrawn)
{
    struct link *link = &line->link;
    bool ready = link->phase == LINK_READY;
    if ((!ready && !call->id[0]) || link->leftover_count == LINK_LEFTOVERS)
        return;
    struct leftover *leftover = &link->leftovers[link->leftover_count++];
    *leftover = (struct leftover){.number = call->number, .dialling = call->phase == CALL_SENT, .deadline = NEVER};
    leftover->withdrawn = withdrawn;
    memcpy(leftover->id, call->id, sizeof leftover->id);
    if (!ready)
        return; /* it is dropped once the Smart Messenger is back and tells of it */
    bool ambiguous = others_may_mean(link, call->address);
    if (call->id[0] && (link->version_2 || ambiguous))
        drop_leftover(line, leftover, leftover->id);
    else if (!ambiguous) /* a peer of version 1 may know addresses only */
        drop_leftover(line, leftover, call->address);
    else if (!leftover->dialling)
        drop_leftover(line, leftover, ""); /* the terminal's newest call */
    /* Else: should the dial be refused, a drop would mean the other call. The response decides. */
}

/* The response to the dial of a call that was dropped or withdrawn meanwhile. */
static void on_dialled(struct line *line, struct leftover *leftover, bool success)
{
    leftover->dialling = false;
    if (!success)
        remove_leftover(line, leftover, true);
    else if (!leftover->dropping)
        drop_leftover(line, leftover, "");
}

bool talk_owes_drop(const struct line *line)
{
    for (unsigned i = 0; i < line->link.leftover_count; i++)
        if (line->link.leftovers[i].dialling && !line->link.leftovers[i].dropping)
            return true;
    return false;
}

void talk_lost(struct line *line)
{
    struct link *link = &line->link;
    for (unsigned i = link->leftover_count; i-- > 0;) {
        struct leftover *leftover = &link->leftovers[i];
        leftover->dialling = leftover->dropping = false;
        leftover->deadline = NEVER;
        if (!leftover->id[0] || leftover->withdrawn)
            remove_leftover(line, leftover, false);
    }
}

ULONGLONG talk_step(struct line *line, ULONGLONG now)
{
    struct link *link = &line->link;
    ULONGLONG next = NEVER;
    for (unsigned i = 0; i < link->leftover_count;) {
        ULONGLONG deadline = link->leftovers[i].deadline;
        if (now >= deadline) {
            remove_leftover(line, &link->leftovers[i], false);
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
        if (same_text(reason, others_text(ERRORS[i].reason)))
            return ERRORS[i].error;
    return LINE_ERROR(OPERATIONFAILED);
}

static void on_response(struct line *line, const struct session_message *message, ULONGLONG now)
{
    struct link *link = &line->link;
    if (link->action_count == 0)
        return; /* a response to nothing */
    struct link_action action = link->actions[0];
    memmove(link->actions, link->actions + 1, --link->action_count * sizeof link->actions[0]);
    link->answer_by = now + ANSWER_MS;
    if (action.kind == ACTION_LOGIN) {
        link_on_login(line, message, now);
        return;
    }
    struct leftover *leftover = find_leftover(link, action.number);
    if (action.kind == ACTION_DIAL && leftover)
        on_dialled(line, leftover, message->success);
    else if (action.kind == ACTION_DIAL)
        calls_on_response(line, action.number, message->success ? 0 : error_of(message->reason));
    else if (leftover && !message->success)
        remove_leftover(line, leftover, true); /* it was gone already */
}

/* The call that a notification is about, if it is a leftover: then true. */
static bool on_leftover(struct line *line, const struct session_message *message)
{
    struct link *link = &line->link;
    for (unsigned i = 0; i < link->leftover_count; i++) {
        struct leftover *leftover = &link->leftovers[i];
        /* What is told before the response to the dial is of other calls. */
        bool first = !leftover->id[0] && !leftover->dialling && !others_find(link, message->call_id);
        if (!first && !same_id(leftover->id, message->call_id))
            continue;
        copy_id(leftover->id, message->call_id);
        if (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK)
            remove_leftover(line, leftover, true);
        else if (!leftover->dropping)
            drop_leftover(line, leftover, leftover->id);
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
    struct foreign *foreign = others_find(&line->link, message->call_id);
    if (call && same_id(call->id, message->call_id)) {
        calls_on_notify(call, message);
    } else if (on_leftover(line, message)) {
        return;
    } else if (foreign) {
        others_note(foreign, message);
    } else if (call && call->phase == CALL_ACCEPTED && !call->id[0]) {
        copy_id(call->id, message->call_id);
        calls_on_notify(call, message);
    } else {
        /* Dialled by hand on the phone, let go of, or from before this connection. TAPI must not hear of it: it drops
         * what no application owns. */
        others_note(others_add(&line->link, message->call_id), message);
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

