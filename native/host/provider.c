#include "provider.h"

struct functions tsp;
struct ui_functions tui;
HMODULE provider_module;

static void *function(const char *name)
{
    void *found = (void *)GetProcAddress(provider_module, name);
    if (!found)
        bail_out("%s is not exported", name);
    return found;
}

void provider_load(const WCHAR *path)
{
    provider_module = LoadLibraryW(path);
    if (!provider_module)
        bail_out("the DLL cannot be loaded: error %u", GetLastError());
#define X(name) tsp.name = (__typeof__(tsp.name))function("TSPI_" #name);
    FUNCTIONS(X)
#undef X
#define X(name) tui.name = (__typeof__(tui.name))function("TUISPI_" #name);
    UI_FUNCTIONS(X)
#undef X
}
