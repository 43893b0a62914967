#include "resolve.h"

#include "memory.h"
#include "text.h"
#include "ticks.h"
#include "wake.h"

#define ADDRESSES 8

struct resolution {
    LONG references; /* also counted by the thread, which may outlive the provider */
    volatile LONG done;
    ULONGLONG since;
    WCHAR host[256];
    DWORD port;
    HANDLE wake; /* a duplicate */
    unsigned count;
    int sizes[ADDRESSES];
    SOCKADDR_STORAGE addresses[ADDRESSES];
};

static struct resolution *latest;

static void keep(struct resolution *resolution, const ADDRINFOW *found)
{
    for (; found && resolution->count < ADDRESSES; found = found->ai_next) {
        if (found->ai_addrlen > sizeof resolution->addresses[0])
            continue;
        resolution->sizes[resolution->count] = (int)found->ai_addrlen;
        memcpy(&resolution->addresses[resolution->count++], found->ai_addr, found->ai_addrlen);
    }
}

static int ask(struct resolution *resolution, int flags)
{
    ADDRINFOW hints = {.ai_flags = flags, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    ADDRINFOW *found = NULL;
    WCHAR port[8];
    /* Where a Smart Messenger listens by default. Windows may have ::1 first, and the attempt there takes its time. */
    bool local = CompareStringOrdinal(resolution->host, -1, L"localhost", -1, TRUE) == CSTR_EQUAL;
    text_format(port, ARRAYSIZE(port), L"%u", resolution->port);
    int error = GetAddrInfoW(local ? L"127.0.0.1" : resolution->host, port, &hints, &found);
    if (error == 0)
        keep(resolution, found);
    if (found)
        FreeAddrInfoW(found);
    return error;
}

void resolve_release(struct resolution *resolution)
{
    if (!resolution || InterlockedDecrement(&resolution->references) > 0)
        return;
    if (resolution->wake)
        CloseHandle(resolution->wake);
    memory_free(resolution);
}

/* Nobody waits for this thread: it holds a reference to the DLL, and one to its question. */
static DWORD WINAPI resolver(void *argument)
{
    struct resolution *resolution = argument;
    HMODULE self;
    WSADATA sockets;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                       (LPCWSTR)(ULONG_PTR)resolver, &self);
    if (WSAStartup(MAKEWORD(2, 2), &sockets) == 0) {
        ask(resolution, 0);
        WSACleanup();
    }
    InterlockedExchange(&resolution->done, 1);
    SetEvent(resolution->wake);
    resolve_release(resolution);
    FreeLibraryAndExitThread(self, 0);
}

static void start_thread(struct resolution *resolution)
{
    HMODULE self = NULL;
    HANDLE thread = NULL;
    resolution->wake = wake_duplicate();
    InterlockedIncrement(&resolution->references);
    if (resolution->wake && GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                                               (LPCWSTR)(ULONG_PTR)resolver, &self))
        thread = CreateThread(NULL, 0, resolver, resolution, 0, NULL);
    if (thread) {
        CloseHandle(thread);
        return;
    }
    if (self)
        FreeLibrary(self);
    InterlockedDecrement(&resolution->references);
    resolution->done = 1;
}

struct resolution *resolve_begin(const WCHAR *host, DWORD port)
{
    ULONGLONG now = GetTickCount64();
    if (latest && text_equal(latest->host, host) && latest->port == port &&
        (!resolve_done(latest) || now - latest->since < RESOLVED_FRESH_MS)) {
        InterlockedIncrement(&latest->references);
        return latest;
    }
    struct resolution *resolution = memory_get(sizeof *resolution);
    if (!resolution)
        return NULL;
    resolution->references = 2; /* the caller's and ours */
    resolution->since = now;
    resolution->port = port;
    text_copy(resolution->host, ARRAYSIZE(resolution->host), host);
    resolve_release(latest);
    latest = resolution;
    /* What is a number needs no asking, and so no thread. */
    if (ask(resolution, AI_NUMERICHOST) == 0)
        resolution->done = 1;
    else
        start_thread(resolution);
    return resolution;
}

bool resolve_done(const struct resolution *resolution)
{
    /* A barrier too: what the thread has found is seen after it. */
    return InterlockedCompareExchange((volatile LONG *)&resolution->done, 0, 0) != 0;
}

const struct sockaddr *resolve_address(const struct resolution *resolution, unsigned index, int *size)
{
    if (index >= resolution->count)
        return NULL;
    *size = resolution->sizes[index];
    return (const struct sockaddr *)&resolution->addresses[index];
}

void resolve_forget(void)
{
    resolve_release(latest);
    latest = NULL;
}
