#include "worker.h"

#include "events.h"
#include "line.h"
#include "line_set.h"
#include "linger.h"
#include "model.h"
#include "resolve.h"
#include "ticks.h"
#include "trace.h"
#include "wake.h"

static HANDLE thread;
static HKEY settings_key;
static ULONGLONG reload_at, watch_at;

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
                                                wake_settings_event(), TRUE) == ERROR_SUCCESS)
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
    line_set_reload(settings, count);
    model_unlock();
    settings_free(settings, count);
}

static ULONGLONG step(ULONGLONG now)
{
    ULONGLONG due = earlier(reload_at, watch_at);
    model_lock();
    for (DWORD i = 0; i < provider.line_count; i++)
        if (provider.lines[i]->open)
            due = earlier(due, line_step(provider.lines[i], now));
    due = earlier(due, linger_step(now));
    model_unlock();
    return due;
}

static void on_sockets(DWORD group, ULONGLONG now)
{
    wake_reset_sockets(group);
    model_lock();
    for (DWORD i = group; i < provider.line_count; i += WAKE_SOCKET_GROUPS)
        if (provider.lines[i]->open)
            line_on_socket(provider.lines[i], now);
    model_unlock();
}

static void on_reason(DWORD reason, ULONGLONG now)
{
    if (reason == WAKE_SETTINGS) {
        watch_settings(now);
        reload_at = earlier(reload_at, now + SETTLE_MS);
    } else if (reason >= WAKE_SOCKETS) {
        on_sockets(reason - WAKE_SOCKETS, now);
    }
}

/* What TAPI answers, or asks from within a callback, has the worker look again at once, without asking Windows; but not
 * for ever, since others want to be heard, too. */
#define LOOKS_AGAIN 8

/* What comes of a reason is told before the next one is asked for: Windows takes longer than all else. */
static void work(void)
{
    DWORD reason = WAKE_REASONS;
    unsigned looks = 0;
    reload_at = NEVER;
    wake_begin();
    watch_settings(GetTickCount64());
    for (;;) {
        ULONGLONG now = GetTickCount64();
        if (now >= watch_at)
            watch_settings(now);
        if (now >= reload_at)
            reload();
        ULONGLONG due = step(now);
        events_deliver();
        bool more = wake_again();
        if (more && looks++ < LOOKS_AGAIN)
            continue;
        looks = 0;
        now = GetTickCount64();
        if (reason != WAKE_REASONS)
            reason = wake_next(reason);
        if (reason == WAKE_REASONS)
            reason = wake_wait(more || due <= now ? 0 : due == NEVER ? INFINITE : (DWORD)(due - now));
        if (reason == WAKE_STOP)
            return;
        if (reason != WAKE_REASONS)
            on_reason(reason, GetTickCount64());
    }
}

/* What was sent last, the withdrawal of a dial above all, is to arrive. */
static void say_goodbye(void)
{
    for (ULONGLONG next = 0; next != NEVER;) {
        model_lock();
        next = linger_step(GetTickCount64());
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

bool worker_start(void)
{
    WSADATA sockets;
    HMODULE self = NULL;
    if (WSAStartup(MAKEWORD(2, 2), &sockets) != 0)
        return false;
    if (wake_open() && GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(ULONG_PTR)run, &self))
        thread = CreateThread(NULL, 0, run, self, 0, NULL);
    if (thread)
        return true;
    if (self)
        FreeLibrary(self);
    wake_close();
    WSACleanup();
    return false;
}

bool worker_stop(void)
{
    wake_to_stop();
    bool gone = WaitForSingleObject(thread, STOP_MS) == WAIT_OBJECT_0;
    CloseHandle(thread);
    thread = NULL;
    if (!gone) {
        trace(L"the worker has not returned from a callback; left behind");
        return false;
    }
    resolve_forget();
    wake_close();
    if (settings_key)
        RegCloseKey(settings_key);
    settings_key = NULL;
    WSACleanup();
    return true;
}
