#include "pending_release.h"

#include "action.h"
#include "external_call.h"
#include "memory.h"
#include "session_text.h"
#include "ticks.h"

static struct pending_release *find(struct connection *connection, DWORD number)
{
    for (unsigned i = 0; i < connection->release_count; i++)
        if (connection->releases[i].number == number)
            return &connection->releases[i];
    return NULL;
}

/* `over`: the Smart Messenger says so. Else it may go on, and is one that TAPI has nothing to do with. */
static void end(struct connection *connection, struct pending_release *release, bool over)
{
    if (release->id[0] && connection->version < 3)
        external_call_add(connection, session_text_of(release->id))->over = over;
    unsigned behind = (unsigned)(connection->releases + connection->release_count - release - 1);
    memmove(release, release + 1, behind * sizeof *release);
    connection->release_count--;
    connection->released = true;
}

static void drop(struct line *line, struct pending_release *release, const char *which)
{
    release->dropping = true;
    release->deadline = GetTickCount64() + RELEASE_MS;
    action_drop(line, release->number, which, release->ringing);
}

void pending_release_begin(struct line *line, const struct call *call, bool withdrawn)
{
    struct connection *connection = &line->connection;
    bool ready = connection->phase == CONNECTION_READY;
    if ((!ready && !call->id[0]) || connection->release_count == CONNECTION_RELEASES)
        return;
    struct pending_release *release = &connection->releases[connection->release_count++];
    *release = (struct pending_release){.number = call->serial, .withdrawn = withdrawn, .deadline = NEVER};
    release->ringing = call->inbound && call->session_state == SESSION_RING_BACK && line->capabilities & CAN(REJECT);
    release->dialling = call->phase == CALL_SENT || call->consulting;
    memcpy(release->id, call->id, sizeof release->id);
    if (!ready)
        return; /* it is dropped once the Smart Messenger is back and tells of it */
    if (connection->version >= 3 && !call->id[0])
        return; /* the response to the dial will tell its id */
    bool ambiguous = external_call_may_have(connection, call->address);
    if (call->id[0] && (connection->version >= 2 || ambiguous))
        drop(line, release, release->id);
    else if (!ambiguous) /* a peer of version 1 may know addresses only */
        drop(line, release, call->address);
    else if (!release->dialling)
        drop(line, release, ""); /* the terminal's newest call */
    /* Else: should the dial be refused, a drop would mean the other call. The response decides. */
}

bool pending_release_on_dialled(struct line *line, DWORD number, bool success, struct session_text id)
{
    struct pending_release *release = find(&line->connection, number);
    if (!release)
        return false;
    release->dialling = false;
    if (id.length > 0)
        call_id_copy(release->id, id);
    if (!success)
        end(&line->connection, release, true);
    else if (release->id[0] && line->connection.version >= 3)
        drop(line, release, release->id);
    else if (!release->dropping)
        drop(line, release, "");
    return true;
}

/* One that succeeds is over when the notification of its end comes. */
void pending_release_on_dropped(struct line *line, DWORD number, bool success)
{
    struct pending_release *release = find(&line->connection, number);
    if (release && !success)
        end(&line->connection, release, true); /* it was gone already */
}

bool pending_release_claims(struct line *line, const struct session_message *message)
{
    struct connection *connection = &line->connection;
    for (unsigned i = 0; i < connection->release_count; i++) {
        struct pending_release *release = &connection->releases[i];
        /* What is told before the response to the dial is of other calls. */
        bool first = !release->id[0] && !release->dialling && !external_call_find(connection, message->call_id);
        if (!first && !call_id_equal(release->id, message->call_id))
            continue;
        call_id_copy(release->id, message->call_id);
        if (message->kind == SESSION_CALL_STATE && message->state == SESSION_ON_HOOK)
            end(connection, release, true);
        else if (!release->dropping)
            drop(line, release, release->id);
        return true;
    }
    return false;
}

bool pending_release_has(struct line *line, struct session_text id, bool over)
{
    struct connection *connection = &line->connection;
    for (unsigned i = 0; i < connection->release_count; i++) {
        struct pending_release *release = &connection->releases[i];
        if (!call_id_equal(release->id, id))
            continue;
        if (over)
            end(connection, release, true);
        else if (!release->dropping)
            drop(line, release, release->id);
        return true;
    }
    return false;
}

bool pending_release_owes_drop(const struct connection *connection)
{
    for (unsigned i = 0; i < connection->release_count; i++)
        if (connection->releases[i].dialling && !connection->releases[i].dropping)
            return true;
    return false;
}

void pending_release_on_ready(struct connection *connection, ULONGLONG now)
{
    for (unsigned i = 0; i < connection->release_count; i++)
        connection->releases[i].deadline = now + ANNOUNCE_MS;
}

void pending_release_on_lost(struct connection *connection)
{
    for (unsigned i = connection->release_count; i-- > 0;) {
        struct pending_release *release = &connection->releases[i];
        release->dialling = release->dropping = false;
        release->deadline = NEVER;
        if (!release->id[0] || release->withdrawn)
            end(connection, release, false);
    }
}

void pending_release_expire(struct connection *connection, ULONGLONG now)
{
    for (unsigned i = 0; i < connection->release_count;) {
        if (now >= connection->releases[i].deadline)
            end(connection, &connection->releases[i], false);
        else
            i++;
    }
}

ULONGLONG pending_release_due(const struct connection *connection)
{
    ULONGLONG due = NEVER;
    for (unsigned i = 0; i < connection->release_count; i++)
        due = earlier(due, connection->releases[i].deadline);
    return due;
}
