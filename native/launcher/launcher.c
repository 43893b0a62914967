/* offhook.exe and offhook-messenger.exe: they run Offhook in the Python that is installed beside them, and in no
 * other. The DLL is named by its full path, and what it needs is looked for beside it and in System32 only: not in
 * the current folder, not on the PATH. Python itself takes neither variables of the environment nor a user's own
 * packages into account, as python3xx._pth beside its DLL makes it isolated.
 *
 * Both are this file. With OFFHOOK_WINDOW it has no console, and without arguments it is the Smart Messenger.
 */
#include <windows.h>
#include <shellapi.h>

#ifndef PYTHON_DLL
#error "PYTHON_DLL is the name of the DLL, as in python311.dll"
#endif

#define WIDE_(text) L##text
#define WIDE(text) WIDE_(text)

enum {
    LONGEST_PATH = 32768, /* characters, with a \\?\ before it ("Maximum Path Length Limitation") */
    FAILED = 1
};

typedef int (*py_main)(int count, wchar_t **arguments);

static wchar_t self[LONGEST_PATH], python[LONGEST_PATH], message[LONGEST_PATH + 256];

static void append(wchar_t *text, const wchar_t *more)
{
    lstrcpynW(text + lstrlenW(text), more, LONGEST_PATH - lstrlenW(text));
}

static void tell(const wchar_t *problem)
{
    wsprintfW(message, L"Offhook cannot start: %s", problem);
#ifdef OFFHOOK_WINDOW
    MessageBoxW(NULL, message, L"Offhook", MB_OK | MB_ICONERROR);
#else
    DWORD written;
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
    append(message, L"\r\n");
    if (!WriteConsoleW(error, message, (DWORD)lstrlenW(message), &written, NULL)) {
        char bytes[2048];
        int size = WideCharToMultiByte(CP_UTF8, 0, message, -1, bytes, sizeof bytes, NULL, NULL);
        if (size > 1)
            WriteFile(error, bytes, (DWORD)size - 1, &written, NULL);
    }
#endif
}

/* The folder of this program, with a backslash. */
static BOOL find_self(void)
{
    DWORD length = GetModuleFileNameW(NULL, self, LONGEST_PATH);
    if (length == 0 || length >= LONGEST_PATH)
        return FALSE;
    lstrcpynW(python, self, LONGEST_PATH);
    wchar_t *end = python + length;
    while (end > python && end[-1] != L'\\')
        end--;
    *end = 0;
    return TRUE;
}

static HMODULE load_python(void)
{
    append(python, L"python\\" WIDE(PYTHON_DLL));
    /* Nothing is ever looked for in the current folder, which may be anybody's. */
    SetDllDirectoryW(L"");
    return LoadLibraryExW(python, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
}

static int run(void)
{
    if (!find_self()) {
        tell(L"its path is too long; install it in another folder");
        return FAILED;
    }
    HMODULE library = load_python();
    if (library == NULL) {
        wchar_t problem[LONGEST_PATH / 32 + 160];
        wchar_t shown[LONGEST_PATH / 32];
        lstrcpynW(shown, python, LONGEST_PATH / 32);
        wsprintfW(problem, L"%s cannot be loaded (error %lu); install Offhook anew", shown, GetLastError());
        tell(problem);
        return FAILED;
    }
    py_main start = (py_main)(void *)GetProcAddress(library, "Py_Main");
    int given = 0;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &given);
    if (start == NULL || arguments == NULL) {
        tell(L"its Python is damaged; install Offhook anew");
        return FAILED;
    }
    wchar_t **all = HeapAlloc(GetProcessHeap(), 0, sizeof *all * ((size_t)given + 8));
    if (all == NULL) {
        tell(L"there is no memory left; close other programs");
        return FAILED;
    }
    int count = 0;
    all[count++] = self;
    all[count++] = (wchar_t *)L"-I"; /* isolated: as the ._pth says, should it ever be missing */
    all[count++] = (wchar_t *)L"-B"; /* everything is compiled already, and the folder is the administrator's */
    all[count++] = (wchar_t *)L"-m";
    all[count++] = (wchar_t *)L"offhook";
#ifdef OFFHOOK_WINDOW
    if (given < 2)
        all[count++] = (wchar_t *)L"messenger";
#endif
    for (int each = 1; each < given; each++)
        all[count++] = arguments[each];
    all[count] = NULL;
    return start(count, all);
}

void entry(void)
{
    ExitProcess((UINT)run());
}
