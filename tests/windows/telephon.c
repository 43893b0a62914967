/* Windows' page of telephone lines, telephon.cpl: that it was opened is all that it notes. */

#include <windows.h>

enum { CPL_INIT = 1, CPL_GETCOUNT = 2, CPL_DBLCLK = 5 };

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)module, (void)reason, (void)reserved;
    return TRUE;
}

__declspec(dllexport) LONG WINAPI CPlApplet(HWND window, UINT message, LPARAM first, LPARAM second)
{
    (void)window, (void)first, (void)second;
    if (message == CPL_DBLCLK) {
        HANDLE file = CreateFileW(L"C:\\opened", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
        CloseHandle(file);
        return 0;
    }
    return message == CPL_INIT || message == CPL_GETCOUNT;
}
