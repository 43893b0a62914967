/* offhook-again.exe: starts the Smart Messenger again when the setup that has ended it has itself ended, however. A Smart
 * Messenger starts it as it ends, so it runs as the person, not as the administrator who installs. It lies beside the
 * folder of the program, which the setup replaces. Its arguments are those of the program.
 */
#include <windows.h>

enum {
    LONGEST = 32768, /* characters of a command line (CreateProcessW) */
    LOOK_MS = 300,
    GIVE_UP_MS = 30 * 60 * 1000 /* a setup that waits for somebody: at the next login the program starts anyway */
};

static wchar_t program[LONGEST], line[LONGEST];

/* Whoever has a mutex may have it for himself alone. */
static BOOL is_there(const wchar_t *name)
{
    HANDLE mutex = OpenMutexW(SYNCHRONIZE, FALSE, name);
    if (mutex == NULL)
        return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(mutex);
    return TRUE;
}

/* The setup program's mutex; and Windows Installer's, which has it while it installs anything ("_MSIExecute Mutex"). */
static BOOL setup_runs(void)
{
    return is_there(L"Global\\OffhookSetup") || is_there(L"Global\\_MSIExecute");
}

/* What stands behind the program's own name. */
static const wchar_t *arguments(const wchar_t *text)
{
    BOOL quoted = FALSE;
    while (*text && (quoted || *text != L' '))
        if (*text++ == L'"')
            quoted = !quoted;
    return text;
}

static UINT run(void)
{
    DWORD length = GetModuleFileNameW(NULL, program, MAX_PATH);
    const wchar_t *rest = arguments(GetCommandLineW());
    if (length == 0 || length >= MAX_PATH)
        return 1;
    wchar_t *end = program + length;
    while (end > program && end[-1] != L'\\')
        end--;
    lstrcpynW(end, L"app\\offhook-messenger.exe", MAX_PATH);
    if (lstrlenW(program) + lstrlenW(rest) + 4 > LONGEST)
        return 1;

    ULONGLONG begun = GetTickCount64();
    while (setup_runs()) {
        if (GetTickCount64() - begun > GIVE_UP_MS)
            return 1;
        Sleep(LOOK_MS);
    }
    line[0] = L'"';
    lstrcpyW(line + 1, program);
    lstrcatW(line, L"\"");
    lstrcatW(line, rest);
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    /* Not there after an uninstall: then there is nothing to start. */
    return CreateProcessW(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process) ? 0 : 1;
}

void entry(void)
{
    ExitProcess(run());
}
