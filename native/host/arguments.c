#include "arguments.h"

#include <shellapi.h>

WCHAR **arguments_read(int count, const char *usage)
{
    int given;
    WCHAR **arguments = CommandLineToArgvW(GetCommandLineW(), &given);
    if (given != count)
        bail_out("usage: %s", usage);
    return arguments;
}

DWORD arguments_number(const WCHAR *digits)
{
    DWORD number = 0;
    for (; *digits; digits++)
        number = number * 10 + (DWORD)(*digits - '0');
    return number;
}

DWORD arguments_hexadecimal(const WCHAR *digits)
{
    DWORD number = 0;
    for (; *digits; digits++)
        number = number << 4 | (DWORD)(*digits - '0');
    return number;
}
