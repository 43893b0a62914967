#include "elevate_client.h"

#include "dialog_text.h"
#include "text.h"

#include <sddl.h>
#include <shellapi.h>
#include <wincrypt.h>

#define START_MS 60000  /* from the user's consent to the process that asks for the change */
#define ANSWER_MS 30000 /* to the change itself */
#define PIPE_NAME 64

static bool random_name(WCHAR *name)
{
    DWORD random[4];
    HCRYPTPROV provider;
    if (!CryptAcquireContextW(&provider, NULL, NULL, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT | CRYPT_SILENT))
        return false;
    BOOL good = CryptGenRandom(provider, sizeof random, (BYTE *)random);
    CryptReleaseContext(provider, 0);
    text_format(name, PIPE_NAME, ELEVATE_PIPE L"%x-%x-%x-%x", random[0], random[1], random[2], random[3]);
    return good;
}

/* This user as S-1-...; free with LocalFree. NULL when Windows does not tell. */
static WCHAR *own_sid(void)
{
    union {
        TOKEN_USER user;
        BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } who;
    HANDLE token;
    DWORD size;
    WCHAR *sid = NULL;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    if (GetTokenInformation(token, TokenUser, &who, sizeof who, &size))
        ConvertSidToStringSidW(who.user.User.Sid, &sid);
    CloseHandle(token);
    return sid;
}

/* Nobody over the network, administrators, this user. */
static HANDLE make_pipe(const WCHAR *name)
{
    WCHAR rights[256];
    SECURITY_ATTRIBUTES security = {sizeof security, NULL, FALSE};
    WCHAR *sid = own_sid();
    if (!sid)
        return INVALID_HANDLE_VALUE;
    text_format(rights, ARRAYSIZE(rights), L"D:P(D;;GA;;;NU)(A;;GA;;;BA)(A;;GA;;;%s)", sid);
    LocalFree(sid);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, SDDL_REVISION_1, &security.lpSecurityDescriptor,
                                                              NULL))
        return INVALID_HANDLE_VALUE;
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                   PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, sizeof(struct change),
                                   sizeof(struct change), 0, &security);
    LocalFree(security.lpSecurityDescriptor);
    return pipe;
}

/* Wait for any of the handles while the windows of this thread stay alive; its number, or count when time is up. */
static DWORD wait_awake(const HANDLE *handles, DWORD count, DWORD milliseconds)
{
    ULONGLONG end = GetTickCount64() + milliseconds;
    for (;;) {
        ULONGLONG now = GetTickCount64();
        DWORD left = now < end ? (DWORD)(end - now) : 0;
        DWORD which = MsgWaitForMultipleObjects(count, handles, FALSE, left, QS_ALLINPUT);
        if (which != WAIT_OBJECT_0 + count)
            return which < WAIT_OBJECT_0 + count ? which - WAIT_OBJECT_0 : count;
        MSG message;
        while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
            if (message.message == WM_QUIT) {
                PostQuitMessage((int)message.wParam);
                return count;
            }
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
    }
}

/* The end of something overlapped on the pipe, with all of its bytes. */
static bool finish(HANDLE pipe, OVERLAPPED *work, BOOL begun, DWORD expected)
{
    DWORD moved;
    if (!begun && GetLastError() != ERROR_IO_PENDING)
        return false;
    if (wait_awake(&work->hEvent, 1, ANSWER_MS) != 0) {
        CancelIo(pipe);
        GetOverlappedResult(pipe, work, &moved, TRUE); /* until then the buffer is not ours */
        return false;
    }
    return GetOverlappedResult(pipe, work, &moved, FALSE) && moved == expected;
}

static bool exchange(HANDLE pipe, OVERLAPPED *work, const struct change *change, struct change_done *done)
{
    return finish(pipe, work, WriteFile(pipe, change, sizeof *change, NULL, work), sizeof *change) &&
           finish(pipe, work, ReadFile(pipe, done, sizeof *done, NULL, work), sizeof *done);
}

/* True when the process that was started, and no other, has come. */
static bool connected(HANDLE pipe, OVERLAPPED *work, HANDLE process)
{
    HANDLE handles[] = {work->hEvent, process};
    ULONG client = 0;
    if (wait_awake(handles, process ? 2 : 1, START_MS) != 0)
        return false;
    return GetNamedPipeClientProcessId(pipe, &client) && process && client == GetProcessId(process);
}

/* A 32-bit program must take the 32-bit rundll32, which loads the 32-bit DLL. */
static bool rundll32(WCHAR *path, UINT size)
{
    UINT length = 0;
#ifndef _WIN64
    length = GetSystemWow64DirectoryW(path, size);
#endif
    if (length == 0)
        length = GetSystemDirectoryW(path, size);
    if (length == 0 || length + ARRAYSIZE(L"\\rundll32.exe") > size)
        return false;
    text_copy(path + length, size - length, L"\\rundll32.exe");
    return true;
}

static LONG start(HWND owner, const WCHAR *pipe_name, HANDLE *process)
{
    typedef BOOL(WINAPI *execute)(SHELLEXECUTEINFOW *);
    WCHAR program[MAX_PATH], module[MAX_PATH], arguments[MAX_PATH + PIPE_NAME + 32];
    HMODULE shell = LoadLibraryW(L"shell32.dll");
    execute run = shell ? (execute)(void *)GetProcAddress(shell, "ShellExecuteExW") : NULL;
    DWORD length = GetModuleFileNameW(dialog_module(), module, ARRAYSIZE(module));
    if (!run || length == 0 || length >= ARRAYSIZE(module) || !rundll32(program, ARRAYSIZE(program)))
        return ELEVATE_NO_ANSWER;
    text_format(arguments, ARRAYSIZE(arguments), L"\"%s\",OffhookApply %s", module, pipe_name);
    SHELLEXECUTEINFOW info = {.cbSize = sizeof info,
                              .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
                              .hwnd = owner,
                              .lpVerb = L"runas",
                              .lpFile = program,
                              .lpParameters = arguments,
                              .nShow = SW_HIDE};
    if (!run(&info))
        return (LONG)GetLastError();
    *process = info.hProcess;
    return ERROR_SUCCESS;
}

/* With a pipe that waits for its client. */
static LONG ask(HWND owner, const WCHAR *name, HANDLE pipe, OVERLAPPED *work, struct change *change)
{
    HANDLE process = NULL;
    struct change_done done = {ELEVATE_NO_ANSWER, 0};
    LONG error = start(owner, name, &process);
    if (error != ERROR_SUCCESS)
        return error;
    if (connected(pipe, work, process) && exchange(pipe, work, change, &done) && done.error == ERROR_SUCCESS)
        change->line.index = done.index;
    if (process)
        CloseHandle(process);
    return (LONG)done.error;
}

LONG elevate(HWND owner, struct change *change)
{
    WCHAR name[PIPE_NAME];
    OVERLAPPED work = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    HANDLE pipe = work.hEvent && random_name(name) ? make_pipe(name) : INVALID_HANDLE_VALUE;
    LONG error = ELEVATE_NO_ANSWER;
    if (pipe != INVALID_HANDLE_VALUE) {
        bool waits = ConnectNamedPipe(pipe, &work) || GetLastError() == ERROR_IO_PENDING;
        BOOL enabled = owner && IsWindowEnabled(owner);
        if (enabled)
            EnableWindow(owner, FALSE);
        if (waits) {
            DWORD moved;
            error = ask(owner, name, pipe, &work, change);
            CancelIo(pipe);
            GetOverlappedResult(pipe, &work, &moved, TRUE);
        }
        if (enabled) {
            EnableWindow(owner, TRUE);
            SetForegroundWindow(owner);
        }
        CloseHandle(pipe);
    }
    if (work.hEvent)
        CloseHandle(work.hEvent);
    return error;
}
