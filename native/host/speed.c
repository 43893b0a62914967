/* speed DLL COUNT: how long the provider takes beside a bare socket, both ends in this process and on one clock.
 *
 * Tells "frequency N", then a line for each sample: what was measured, and how many ticks it took. */
#include "arguments.h"
#include "registry_lines.h"
#include "service.h"

#define WARM_UP 30
#define REST_MS 3 /* between two samples: the measure is of an idle system */
#define PATIENCE_MS 10000

/* A server of one connection: every message's arrival is stamped, then acted upon. */
struct peer {
    SOCKET listener, socket;
    WORD port;
    HANDLE heard;
    volatile LONGLONG at; /* of the last message that `heard` was set for */
    bool (*act)(struct peer *peer, const char *message);
};

static unsigned calls;

static LONGLONG now(void)
{
    LARGE_INTEGER ticks;
    QueryPerformanceCounter(&ticks);
    return ticks.QuadPart;
}

static void write(SOCKET socket, const char *text)
{
    int length = lstrlenA(text);
    if (send(socket, text, length, 0) != length)
        bail_out("send failed: error %d", WSAGetLastError());
}

/* Whether this message is one that is waited for. */
static bool be_smart_messenger(struct peer *peer, const char *message)
{
    char text[400];
    if (message[7] == 'L') { /* Action%Login */
        write(peer->socket, "Response%Success%2\r\n\r\n");
        return false;
    }
    if (message[8] == 'i') { /* Action%Dial */
        wsprintfA(text, "Response%%Success\r\n\r\nNotify%%CALL_STATE%%4000%%OffHookState%%c%u%%Kim%%4000%%%%4001\r\n\r\n",
                  ++calls);
        write(peer->socket, text);
        return true;
    }
    wsprintfA(text,
              "Response%%Success\r\n\r\nNotify%%CALL_STATE%%4000%%OnHookState%%c%u%%Kim%%4000%%%%4001%%dropped\r\n\r\n",
              calls);
    write(peer->socket, text);
    return false;
}

/* The same of version 3, with calls that come in. */
static bool be_switchboard(struct peer *peer, const char *message)
{
    char text[100];
    if (message[0] == 'A') { /* Action%Login */
        write(peer->socket, "Response%Success%3%4000\r\n\r\nNotify%Line%terminal=4000%reachable=yes%in-service=yes"
                            "%capabilities=dial drop answer reject\r\n\r\nNotify%Ready\r\n\r\n");
        return false;
    }
    const char *number = message + 8, *end = number; /* Request%NUMBER%answer%call=... */
    while (*end != '%')
        end++;
    lstrcpyA(text, "Result%");
    lstrcpynA(text + 7, number, (int)(end - number) + 1);
    lstrcatA(text, "%Success\r\n\r\n");
    write(peer->socket, text);
    return true;
}

static bool echo(struct peer *peer, const char *message)
{
    write(peer->socket, message);
    return true;
}

static DWORD CALLBACK serve(void *parameter)
{
    static const BOOL yes = TRUE;
    struct peer *peer = parameter;
    char message[1024];
    peer->socket = accept(peer->listener, NULL, NULL);
    setsockopt(peer->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    for (;;) {
        int length = recv(peer->socket, message, sizeof message - 1, 0);
        LONGLONG at = now();
        if (length <= 0)
            return 0;
        message[length] = 0;
        if (length < 4 || message[length - 1] != '\n')
            bail_out("a message in pieces, or none: %d bytes", length);
        if (peer->act(peer, message)) {
            peer->at = at;
            SetEvent(peer->heard);
        }
    }
}

static void start_peer(struct peer *peer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007F};
    int size = sizeof address;
    peer->listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (bind(peer->listener, (struct sockaddr *)&address, size) || listen(peer->listener, 1) ||
        getsockname(peer->listener, (struct sockaddr *)&address, &size))
        bail_out("no socket to listen on: error %d", WSAGetLastError());
    peer->port = (WORD)(address.sin_port << 8 | address.sin_port >> 8);
    peer->heard = CreateEventW(NULL, FALSE, FALSE, NULL);
    CreateThread(NULL, 0, serve, peer, 0, NULL);
}

static LONGLONG heard(struct peer *peer)
{
    if (WaitForSingleObject(peer->heard, PATIENCE_MS) != WAIT_OBJECT_0)
        bail_out("the other end has heard nothing");
    return peer->at;
}

static void tell(bool counts, const char *what, LONGLONG ticks)
{
    if (counts)
        say("%s %d", what, (int)ticks);
}

/* The bare socket. */

static struct peer bare = {.act = echo};

static SOCKET connect_to_bare(void)
{
    static const BOOL yes = TRUE;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007F};
    address.sin_port = (WORD)(bare.port << 8 | bare.port >> 8);
    SOCKET client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (connect(client, (struct sockaddr *)&address, sizeof address))
        bail_out("no connection to the bare socket: error %d", WSAGetLastError());
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    return client;
}

static void measure_bare(SOCKET client, bool counts)
{
    static const char MESSAGE[] = "Notify%CALL_STATE%4000%RingBackState%c1%Kim%4000%%4001\r\n\r\n";
    char back[1024];
    Sleep(REST_MS);
    LONGLONG begun = now();
    write(client, MESSAGE);
    int length = recv(client, back, sizeof back, 0);
    LONGLONG ended = now();
    if (length != (int)sizeof MESSAGE - 1)
        bail_out("the bare socket gave back %d bytes", length);
    tell(counts, "one-way", heard(&bare) - begun);
    tell(counts, "round-trip", ended - begun);
}

/* The provider. */

static struct peer messenger = {.act = be_smart_messenger};
static HDRVLINE line;

static void measure_call(unsigned number, bool counts)
{
    HTAPICALL ht = (HTAPICALL)HANDLE_OF(0x10000 + number);
    DRV_REQUESTID request = new_request();
    HDRVCALL call;
    LONGLONG begun;
    char ringing[200];
    Sleep(REST_MS);
    begun = now();
    if (CALL(lineMakeCall, request, line, ht, &call, L"4001", 0, NULL) != (LONG)request)
        bail_out("lineMakeCall was refused");
    tell(counts, "dial", heard(&messenger) - begun);
    wait_for_state(ht, LINECALLSTATE_DIALING);
    Sleep(REST_MS);
    wsprintfA(ringing, "Notify%%CALL_STATE%%4000%%RingBackState%%c%u%%Kim%%4000%%%%4001\r\n\r\n", calls);
    begun = now();
    write(messenger.socket, ringing);
    tell(counts, "notify", wait_for_state(ht, LINECALLSTATE_RINGBACK) - begun);
    request = new_request();
    CALL(lineDrop, request, call, NULL, 0);
    wait_for_completion(request);
    CALL(lineCloseCall, call);
}

static void notify(const char *state, const char *more)
{
    char text[300];
    wsprintfA(text, "Notify%%Call%%call=in-%u%%state=%s%%direction=inbound%%caller-id=01012345678%%caller-name=Lee"
                    "%%callee-id=4000%s\r\n\r\n",
              calls, state, more);
    write(messenger.socket, text);
}

static void measure_incoming(unsigned number, bool counts)
{
    HTAPICALL ht = (HTAPICALL)HANDLE_OF(0x40000 + number * 0x10);
    struct event event;
    callbacks_offer(ht);
    calls++;
    Sleep(REST_MS);
    LONGLONG begun = now();
    notify("RingBackState", "");
    do
        if (!next_event(&event))
            bail_out("the call is not announced");
    while (event.is_completion || event.message != LINE_NEWCALL);
    HDRVCALL call = (HDRVCALL)event.first;
    tell(counts, "offer", wait_for_state(ht, LINECALLSTATE_OFFERING) - begun);
    Sleep(REST_MS);
    DRV_REQUESTID request = new_request();
    begun = now();
    if (CALL(lineAnswer, request, call, NULL, 0) != (LONG)request)
        bail_out("lineAnswer was refused");
    tell(counts, "answer", heard(&messenger) - begun);
    notify("ConnectedState", "");
    wait_for_completion(request);
    notify("OnHookState", "%cause=normal");
    wait_for_state(ht, LINECALLSTATE_IDLE);
    CALL(lineCloseCall, call);
}

/* The line again, with another Smart Messenger behind it. */
static void open_for_incoming(void)
{
    messenger.act = be_switchboard;
    CreateThread(NULL, 0, serve, &messenger, 0, NULL);
    if (CALL(lineOpen, SERVICE_DEVICE, THE_LINE, &line, SERVICE_VERSION, on_line_event))
        bail_out("the line does not open again");
    service_wait(line);
}

void start_of_program(void)
{
    LARGE_INTEGER frequency;
    WSADATA data;
    WCHAR **arguments = arguments_read(3, "speed DLL COUNT");
    catch_violations();
    WSAStartup(MAKEWORD(2, 2), &data);
    QueryPerformanceFrequency(&frequency);
    say("frequency %d", (int)frequency.QuadPart);
    start_peer(&bare);
    start_peer(&messenger);
    registry_lines_write(messenger.port);
    SOCKET client = connect_to_bare();
    line = service_start(arguments[1], SERVICE_VERSION);
    unsigned samples = arguments_number(arguments[2]) + WARM_UP;
    for (unsigned i = 0; i < samples; i++) {
        measure_bare(client, i >= WARM_UP);
        measure_call(i, i >= WARM_UP);
    }
    if (CALL(lineClose, line))
        bail_out("the line does not close");
    open_for_incoming();
    for (unsigned i = 0; i < samples; i++)
        measure_incoming(i, i >= WARM_UP);
    if (CALL(lineClose, line) || CALL(providerShutdown, SERVICE_VERSION, SERVICE_PROVIDER))
        bail_out("the provider does not end");
    say("end");
    ExitProcess(0);
}
