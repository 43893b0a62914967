#include "worker.h"

#include "calls.h"
#include "events.h"
#include "lines.h"
#include "link.h"
#include "memory.h"
#include "resolve.h"
#include "trace.h"

#define NEVER (~(ULONGLONG)0)

/* One event serves many sockets, since a thread waits for 64 objects at most. */
#define SOCKET_EVENTS 16

#define LINGER_MAX 1024
#define LINGER_MS 1000
#define LINGER_POLL_MS 10
#define STOP_MS 7000

/* Who changes settings writes several values. */
#define SETTLE_MS 100

/* Without the settings' key there is nothing to wait for but time. */
#define NO_KEY_MS 5000

enum { WAIT_STOP, WAIT_WAKE, WAIT_SETTINGS, WAIT_SOCKETS };

static HANDLE thread, objects[WAIT_SOCKETS + SOCKET_EVENTS];

static struct {
    SOCKET socket;
    ULONGLONG deadline;
} lingering[LINGER_MAX];
static unsigned linger_count;

static HKEY settings_key;
static ULONGLONG reload_at, watch_at;

void worker_wake(void)
{
    if (objects[WAIT_WAKE])
        SetEvent(objects[WAIT_WAKE]);
}

HANDLE worker_wake_duplicate(void)
{
    HANDLE copy = NULL;
    HANDLE process = GetCurrentProcess();
    DuplicateHandle(process, objects[WAIT_WAKE], process, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return copy;
}

HANDLE worker_socket_event(const struct line *line)
{
    return objects[WAIT_SOCKETS + line->position % SOCKET_EVENTS];
}

void worker_linger(SOCKET socket)
{
    if (socket == INVALID_SOCKET)
        return;
    WSAEventSelect(socket, NULL, 0);
    shutdown(socket, SD_SEND);
    if (linger_count == LINGER_MAX) {
        closesocket(socket);
        return;
    }
    lingering[linger_count].socket = socket;
    lingering[linger_count++].deadline = GetTickCount64() + LINGER_MS;
    worker_wake();
}

/* A socket that is closed while something is unread is reset, and what was sent last may be lost with it. */
static ULONGLONG step_lingering(ULONGLONG now)
{
    char unread[512];
    for (unsigned i = linger_count; i-- > 0;) {
        int count;
        do
            count = recv(lingering[i].socket, unread, sizeof unread, 0);
        while (count > 0);
        if (count < 0 && WSAGetLastError() == WSAEWOULDBLOCK && now < lingering[i].deadline)
            continue;
        closesocket(lingering[i].socket);
        lingering[i] = lingering[--linger_count];
    }
    return linger_count > 0 ? now + LINGER_POLL_MS : NEVER;
}

static ULONGLONG earlier(ULONGLONG one, ULONGLONG other)
{
    return one < other ? one : other;
}

/* Ask to be told of the next change. What has changed while nobody asked is read at once: since the lines were
 * enumerated, or since there was a key. */
static void watch_settings(ULONGLONG now)
{
    watch_at = NEVER;
    if (!settings_key) {
        settings_open(&settings_key, KEY_NOTIFY | KEY_READ);
        reload_at = now;
    }
    if (settings_key && RegNotifyChangeKeyValue(settings_key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET,
                                                objects[WAIT_SETTINGS], TRUE) == ERROR_SUCCESS)
        return;
    if (settings_key) /* deleted */
        RegCloseKey(settings_key);
    settings_key = NULL;
    watch_at = now + NO_KEY_MS;
    reload_at = now;
}

/* A key that is deleted after we have asked anew tells nobody, at least under Wine. */
static bool watch_is_dead(void)
{
    return settings_key && RegQueryInfoKeyW(settings_key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                            NULL) != ERROR_SUCCESS;
}

static void reload(void)
{
    struct line_settings *settings;
    DWORD count;
    if (watch_is_dead())
        watch_settings(GetTickCount64());
    reload_at = NEVER;
    trace_configure();
    if (settings_read(&settings, &count) != ERROR_SUCCESS)
        return;
    model_lock();
    lines_reload(settings, count);
    model_unlock();
    settings_free(settings, count);
}

static ULONGLONG step(ULONGLONG now)
{
    ULONGLONG next = earlier(reload_at, watch_at);
    model_lock();
    for (DWORD i = 0; i < provider.line_count; i++) {
        struct line *line = provider.lines[i];
        if (!line->open)
            continue;
        next = earlier(next, link_step(line, now));
        next = earlier(next, calls_step(line, now));
    }
    next = earlier(next, step_lingering(now));
    model_unlock();
    return next;
}

static void on_sockets(unsigned group, ULONGLONG now)
{
    ResetEvent(objects[WAIT_SOCKETS + group]);
    model_lock();
    for (DWORD i = group; i < provider.line_count; i += SOCKET_EVENTS)
        if (provider.lines[i]->open)
            link_on_socket(provider.lines[i], now);
    model_unlock();
}

static void on_object(DWORD object, ULONGLONG now)
{
    if (object == WAIT_SETTINGS) {
        watch_settings(now);
        reload_at = earlier(reload_at, now + SETTLE_MS);
    } else if (object >= WAIT_SOCKETS) {
        on_sockets(object - WAIT_SOCKETS, now);
    }
}

/* Windows tells of the first that is set; those behind it must not have to wait until it is quiet. */
static void on_objects(DWORD object, ULONGLONG now)
{
    for (;;) {
        on_object(object, now);
        DWORD from = object + 1, left = ARRAYSIZE(objects) - from;
        DWORD next = left ? WaitForMultipleObjects(left, objects + from, FALSE, 0) : WAIT_TIMEOUT;
        if (next >= left)
            return;
        object = from + next;
    }
}

static void work(void)
{
    reload_at = NEVER;
    watch_settings(GetTickCount64());
    for (;;) {
        ULONGLONG now = GetTickCount64();
        if (now >= watch_at)
            watch_settings(now);
        if (now >= reload_at)
            reload();
        ULONGLONG next = step(now);
        events_deliver();
        now = GetTickCount64();
        DWORD wait = next == NEVER ? INFINITE : next > now ? (DWORD)(next - now) : 0;
        DWORD object = WaitForMultipleObjects(ARRAYSIZE(objects), objects, FALSE, wait);
        if (object == WAIT_STOP || object == WAIT_FAILED)
            return;
        if (object != WAIT_TIMEOUT)
            on_objects(object - WAIT_OBJECT_0, GetTickCount64());
    }
}

/* What was sent last, the withdrawal of a dial above all, is to arrive. */
static void say_goodbye(void)
{
    for (ULONGLONG next = 0; next != NEVER;) {
        model_lock();
        next = step_lingering(GetTickCount64());
        model_unlock();
        if (next != NEVER)
            Sleep(LINGER_POLL_MS);
    }
}

/* Holds a reference to the DLL, so that the code is there as long as it runs. */
static DWORD WINAPI run(void *self)
{
    work();
    say_goodbye();
    events_deliver();
    FreeLibraryAndExitThread(self, 0);
}

static void close_objects(void)
{
    for (unsigned i = 0; i < ARRAYSIZE(objects); i++) {
        if (objects[i])
            CloseHandle(objects[i]);
        objects[i] = NULL;
    }
}

/* Waking is by an event that resets itself; sockets' events are reset by hand, before they are looked at. */
static bool create_objects(void)
{
    for (unsigned i = 0; i < ARRAYSIZE(objects); i++) {
        objects[i] = CreateEventW(NULL, i == WAIT_STOP || i >= WAIT_SOCKETS, FALSE, NULL);
        if (!objects[i])
            return false;
    }
    return true;
}

bool worker_start(void)
{
    WSADATA sockets;
    HMODULE self = NULL;
    if (WSAStartup(MAKEWORD(2, 2), &sockets) != 0)
        return false;
    if (create_objects() && GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(ULONG_PTR)run, &self))
        thread = CreateThread(NULL, 0, run, self, 0, NULL);
    if (thread)
        return true;
    if (self)
        FreeLibrary(self);
    close_objects();
    WSACleanup();
    return false;
}

bool worker_stop(void)
{
    SetEvent(objects[WAIT_STOP]);
    bool gone = WaitForSingleObject(thread, STOP_MS) == WAIT_OBJECT_0;
    CloseHandle(thread);
    thread = NULL;
    if (!gone) {
        trace(L"the worker has not returned from a callback; left behind");
        return false;
    }
    resolve_forget();
    close_objects();
    if (settings_key)
        RegCloseKey(settings_key);
    settings_key = NULL;
    WSACleanup();
    return true;
}
