/* wear DLL PORT COUNT: a telephony service that dials and drops COUNT times, and looks at what the process has taken
 * since the first tenth of them. Against the scripted Smart Messenger of tests/native/messenger.py at PORT. */
#include "arguments.h"
#include "registry_lines.h"
#include "service.h"

#include <tlhelp32.h>

/* What Windows may take from the heap for itself meanwhile. 16 bytes a call are more in 100 calls. */
#define SPARE_BYTES 1024

/* So many handles are looked for; those of a leak would be among them, as the lowest free one is taken. */
#define HANDLES 8192

#define SETTLE_TRIES 50
#define SETTLE_MS 100

struct taken {
    DWORD handles, threads;
    SIZE_T bytes;
};

static HDRVLINE line;

/* By looking at each: not every Wine tells the number. */
static DWORD count_handles(void)
{
    DWORD count = 0, flags;
    for (ULONG_PTR value = 4; value < HANDLES * 4; value += 4)
        count += GetHandleInformation((HANDLE)value, &flags) != 0;
    return count;
}

static DWORD count_threads(void)
{
    THREADENTRY32 thread = {.dwSize = sizeof thread};
    DWORD count = 0;
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    for (BOOL more = Thread32First(all, &thread); more; more = Thread32Next(all, &thread))
        count += thread.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(all);
    return count;
}

/* What is in use of the process' heap, which is where the provider has its memory. */
static SIZE_T count_bytes(void)
{
    PROCESS_HEAP_ENTRY entry = {0};
    SIZE_T bytes = 0;
    HANDLE heap = GetProcessHeap();
    HeapLock(heap);
    while (HeapWalk(heap, &entry))
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY)
            bytes += entry.cbData;
    HeapUnlock(heap);
    return bytes;
}

static struct taken look(void)
{
    struct taken taken = {count_handles(), count_threads(), count_bytes()};
    say("# %u handles, %u threads, %u bytes", taken.handles, taken.threads, (DWORD)taken.bytes);
    return taken;
}

/* What the worker holds for a moment only, it is given the time to close. */
static struct taken look_until(DWORD handles)
{
    for (unsigned tries = 0; count_handles() > handles && tries < SETTLE_TRIES; tries++)
        Sleep(SETTLE_MS);
    return look();
}

static DWORD CALLBACK sleep(void *unused)
{
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

/* What is taken would be seen. */
static void check_counting(void)
{
    struct taken before = look();
    HANDLE thread = CreateThread(NULL, 0, sleep, NULL, 0, NULL);
    void *bytes = HeapAlloc(GetProcessHeap(), 0, 2 * SPARE_BYTES);
    struct taken after = look();
    is(after.handles, before.handles + 1, "a handle is seen");
    is(after.threads, before.threads + 1, "a thread is seen");
    ok(after.bytes >= before.bytes + 2 * SPARE_BYTES, "memory is seen");
    TerminateThread(thread, 0);
    CloseHandle(thread);
    HeapFree(GetProcessHeap(), 0, bytes);
}

static void dial_and_drop(unsigned number)
{
    HTAPICALL ht = (HTAPICALL)HANDLE_OF(0x10000 + number);
    DRV_REQUESTID make = new_request(), drop = new_request();
    HDRVCALL call;
    if (CALL(lineMakeCall, make, line, ht, &call, L"4001", 0, NULL) != (LONG)make)
        bail_out("call %u was refused", number);
    wait_for_completion(make);
    wait_for_state(ht, LINECALLSTATE_CONNECTED);
    CALL(lineDrop, drop, call, NULL, 0);
    wait_for_completion(drop);
    CALL(lineCloseCall, call);
    forget_call(ht);
}

void start_of_program(void)
{
    WCHAR **arguments = arguments_read(4, "wear DLL PORT COUNT");
    catch_violations();
    check_counting();
    registry_lines_write(arguments_number(arguments[2]));
    line = service_start(arguments[1], SERVICE_VERSION);
    unsigned calls = arguments_number(arguments[3]), done_before = calls / 10;
    for (unsigned i = 0; i < done_before; i++)
        dial_and_drop(i);
    struct taken before = look();
    for (unsigned i = done_before; i < calls; i++)
        dial_and_drop(i);
    struct taken after = look_until(before.handles);
    ok(after.handles <= before.handles, "%u calls take no handles", calls);
    ok(after.threads <= before.threads, "%u calls take no threads", calls);
    ok(after.bytes <= before.bytes + SPARE_BYTES, "%u calls take no memory", calls);
    is((DWORD)CALL(providerShutdown, SERVICE_VERSION, SERVICE_PROVIDER), 0, "shutdown: with an open line");
    callbacks_check();
    done();
}
