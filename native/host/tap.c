#include "tap.h"

static int checks, failures;

static void write(char *line, int length)
{
    DWORD written;
    line[length++] = '\n';
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), line, (DWORD)length, &written, NULL);
}

void say(const char *format, ...)
{
    static char line[1040];
    va_list arguments;
    va_start(arguments, format);
    write(line, wvsprintfA(line, format, arguments));
    va_end(arguments);
}

bool ok(bool good, const char *format, ...)
{
    static char name[1040];
    va_list arguments;
    va_start(arguments, format);
    wvsprintfA(name, format, arguments);
    va_end(arguments);
    failures += !good;
    say("%sok %d - %s", good ? "" : "not ", ++checks, name);
    return good;
}

bool is(DWORD_PTR got, DWORD_PTR expected, const char *name)
{
    bool good = ok(got == expected, "%s", name);
    if (!good)
        say("# got %p, expected %p", (void *)got, (void *)expected);
    return good;
}

_Noreturn void bail_out(const char *format, ...)
{
    static char why[1040];
    va_list arguments;
    va_start(arguments, format);
    wvsprintfA(why, format, arguments);
    va_end(arguments);
    say("Bail out! %s", why);
    ExitProcess(2);
}

_Noreturn void done(void)
{
    say("1..%d", checks);
    ExitProcess(failures > 0);
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *exception)
{
    const EXCEPTION_RECORD *record = exception->ExceptionRecord;
    if (record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION)
        bail_out("access violation at %p, address %p", record->ExceptionAddress,
                 (void *)record->ExceptionInformation[1]);
    return EXCEPTION_CONTINUE_SEARCH;
}

void catch_violations(void)
{
    AddVectoredExceptionHandler(1, on_exception);
}
