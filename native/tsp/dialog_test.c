#include "dialog_test.h"

#include "memory.h"
#include "session.h"
#include "text.h"

#define CONNECT_MS 6000 /* for each address of the host */
#define ANSWER_MS 12000 /* a Smart Messenger that has seen bad logins takes its time */

struct test {
    volatile LONG users; /* the dialog and the thread; the last one frees it */
    HANDLE stop;
    HWND window;
    UINT message;
    WPARAM number;
    bool login;
    struct line_settings line;
    enum test_result result;
    DWORD error;
    struct session_reader reader;
};

static void release(struct test *test)
{
    if (InterlockedDecrement(&test->users) > 0)
        return;
    CloseHandle(test->stop);
    SecureZeroMemory(&test->line, sizeof test->line);
    memory_free(test);
}

/* The next event of the socket. 0 when the test was stopped or the time was up. */
static bool wait_for(struct test *test, SOCKET connection, WSAEVENT event, DWORD milliseconds, WSANETWORKEVENTS *what)
{
    HANDLE handles[] = {test->stop, event};
    what->lNetworkEvents = 0;
    if (WaitForMultipleObjects(2, handles, FALSE, milliseconds) != WAIT_OBJECT_0 + 1)
        return false;
    return WSAEnumNetworkEvents(connection, event, what) == 0;
}

static bool stopped(const struct test *test)
{
    return WaitForSingleObject(test->stop, 0) == WAIT_OBJECT_0;
}

static enum test_result of_error(DWORD error)
{
    switch (error) {
    case WSAECONNREFUSED:
        return TEST_NOBODY;
    case WSAETIMEDOUT:
        return TEST_TIMEOUT;
    case WSAENETUNREACH:
    case WSAEHOSTUNREACH:
    case WSAEADDRNOTAVAIL:
    case WSAEAFNOSUPPORT:
        return TEST_UNREACHABLE;
    case WSAECONNRESET:
    case WSAECONNABORTED:
        return TEST_CLOSED;
    default:
        return TEST_BROKEN;
    }
}

static void failed(struct test *test, DWORD error)
{
    test->error = error;
    test->result = of_error(error);
}

static bool connect_to(struct test *test, SOCKET connection, WSAEVENT event, const ADDRINFOW *address)
{
    WSANETWORKEVENTS what;
    if (WSAEventSelect(connection, event, FD_CONNECT | FD_READ | FD_CLOSE) != 0 ||
        (connect(connection, address->ai_addr, (int)address->ai_addrlen) != 0 &&
         WSAGetLastError() != WSAEWOULDBLOCK)) {
        failed(test, (DWORD)WSAGetLastError());
        return false;
    }
    if (!wait_for(test, connection, event, CONNECT_MS, &what)) {
        failed(test, WSAETIMEDOUT);
        return false;
    }
    if (what.iErrorCode[FD_CONNECT_BIT] != 0) {
        failed(test, (DWORD)what.iErrorCode[FD_CONNECT_BIT]);
        return false;
    }
    return true;
}

static bool reason_is(const struct session_message *message, const char *reason)
{
    size_t i = 0;
    while (i < message->reason.length && reason[i] && message->reason.bytes[i] == reason[i])
        i++;
    return i == message->reason.length && !reason[i];
}

static enum test_result of_response(const struct session_message *message)
{
    if (message->success)
        return message->version_2 ? TEST_LOGGED_IN : TEST_OLD_VERSION;
    if (reason_is(message, "not-allowed"))
        return TEST_NOT_ALLOWED;
    if (reason_is(message, "no-such-terminal"))
        return TEST_NO_TERMINAL;
    if (reason_is(message, "overloaded"))
        return TEST_OVERLOADED;
    return TEST_REFUSED;
}

/* True when the result is known. */
static bool read_response(struct test *test, SOCKET connection)
{
    char *where;
    struct session_message message;
    for (;;) {
        size_t room = session_room(&test->reader, &where);
        int count = recv(connection, where, (int)room, 0);
        if (count < 0 && WSAGetLastError() == WSAEWOULDBLOCK)
            return false;
        if (count <= 0) {
            test->result = TEST_CLOSED;
            return true;
        }
        session_received(&test->reader, (size_t)count);
        for (;;) {
            enum session_result got = session_next(&test->reader, &message);
            if (got == SESSION_MORE)
                break;
            if (got == SESSION_PROTOCOL_ERROR || message.kind != SESSION_RESPONSE) {
                test->result = TEST_STRANGE;
                return true;
            }
            test->result = of_response(&message);
            return true;
        }
    }
}

static void log_in(struct test *test, SOCKET connection, WSAEVENT event)
{
    char terminal[SETTINGS_TERMINAL * 4], token[SETTINGS_TOKEN * 4], out[2048];
    WSANETWORKEVENTS what;
    text_to_utf8(test->line.terminal, terminal, sizeof terminal);
    text_to_utf8(test->line.token, token, sizeof token);
    size_t length = session_login(out, sizeof out, terminal, token);
    int sent = send(connection, out, (int)length, 0);
    SecureZeroMemory(token, sizeof token);
    SecureZeroMemory(out, sizeof out);
    if (sent != (int)length) {
        failed(test, (DWORD)WSAGetLastError());
        return;
    }
    session_begin(&test->reader);
    ULONGLONG end = GetTickCount64() + ANSWER_MS;
    test->result = TEST_SILENT;
    for (;;) {
        ULONGLONG now = GetTickCount64();
        if (now >= end || !wait_for(test, connection, event, (DWORD)(end - now), &what))
            return;
        if (read_response(test, connection))
            return;
    }
}

/* True when there is nothing more to try. */
static bool try_address(struct test *test, const ADDRINFOW *address)
{
    WSAEVENT event = WSACreateEvent();
    SOCKET connection = WSASocketW(address->ai_family, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);
    bool reached = false;
    if (event == WSA_INVALID_EVENT || connection == INVALID_SOCKET) {
        failed(test, (DWORD)WSAGetLastError());
    } else if (connect_to(test, connection, event, address)) {
        reached = true;
        test->error = 0;
        test->result = TEST_REACHED;
        if (test->login)
            log_in(test, connection, event);
        shutdown(connection, SD_BOTH);
    }
    if (connection != INVALID_SOCKET)
        closesocket(connection);
    if (event != WSA_INVALID_EVENT)
        WSACloseEvent(event);
    return reached || stopped(test);
}

static void run(struct test *test)
{
    ADDRINFOW hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP}, *found = NULL;
    WCHAR port[8];
    text_format(port, ARRAYSIZE(port), L"%u", test->line.port);
    int error = GetAddrInfoW(test->line.host, port, &hints, &found);
    if (error != 0) {
        test->result = TEST_NO_HOST;
        test->error = (DWORD)error;
        return;
    }
    for (const ADDRINFOW *address = found; address; address = address->ai_next)
        if (try_address(test, address))
            break;
    FreeAddrInfoW(found);
}

/* The DLL stays loaded until this thread is gone, however long a name server takes. */
static DWORD WINAPI test_thread(void *argument)
{
    struct test *test = argument;
    WSADATA data;
    HMODULE module = NULL;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                       (const WCHAR *)test_thread, &module);
    int error = WSAStartup(MAKEWORD(2, 2), &data);
    if (error == 0) {
        run(test);
        WSACleanup();
    } else {
        failed(test, (DWORD)error);
    }
    if (!stopped(test))
        PostMessageW(test->window, test->message, test->number, 0);
    release(test);
    FreeLibraryAndExitThread(module, 0);
}

struct test *test_begin(const struct line_settings *line, bool login, HWND window, UINT message, WPARAM number)
{
    HMODULE held = NULL;
    struct test *test = memory_get(sizeof *test);
    if (!test)
        return NULL;
    test->users = 2;
    test->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    test->window = window;
    test->message = message;
    test->number = number;
    test->login = login;
    memcpy(&test->line, line, sizeof *line);
    test->result = TEST_BROKEN;
    HANDLE thread = NULL;
    if (test->stop && GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)test_thread, &held))
        thread = CreateThread(NULL, 0, test_thread, test, 0, NULL);
    if (thread) {
        CloseHandle(thread);
        return test;
    }
    if (held)
        FreeLibrary(held);
    if (test->stop)
        CloseHandle(test->stop);
    SecureZeroMemory(&test->line, sizeof test->line);
    memory_free(test);
    return NULL;
}

enum test_result test_outcome(const struct test *test, DWORD *error)
{
    *error = test->error;
    return test->result;
}

void test_end(struct test *test)
{
    if (!test)
        return;
    SetEvent(test->stop);
    release(test);
}
