#include "dialog_text.h"

#include "resource.h"
#include "text.h"

#include <commctrl.h>

HINSTANCE dialog_module(void)
{
    HMODULE module = NULL;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                       (const WCHAR *)dialog_module, &module);
    return module;
}

void dialog_text(WCHAR *out, DWORD size, UINT id, const WCHAR *one, const WCHAR *two)
{
    WCHAR format[DIALOG_TEXT];
    DWORD_PTR arguments[] = {(DWORD_PTR)(one ? one : L""), (DWORD_PTR)(two ? two : L"")};
    format[0] = out[0] = 0;
    LoadStringW(dialog_module(), id, format, ARRAYSIZE(format));
    FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, format, 0, 0, out, size,
                   (va_list *)arguments);
}

void dialog_error_text(WCHAR *out, DWORD size, DWORD error)
{
    WCHAR words[256];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, words,
                                  ARRAYSIZE(words), NULL);
    while (length > 0 && words[length - 1] <= ' ')
        words[--length] = 0;
    text_format(out, size, length ? L"%s (%u)" : L"%s%u", length ? words : L"", error);
}

int dialog_say(HWND owner, UINT kind, UINT id, const WCHAR *one, const WCHAR *two)
{
    WCHAR text[DIALOG_TEXT], title[128];
    dialog_text(text, ARRAYSIZE(text), id, one, two);
    dialog_text(title, ARRAYSIZE(title), TEXT_TITLE, NULL, NULL);
    return MessageBoxW(owner, text, title, kind);
}

/* Not linked: the telephony service shows nothing, and should not have to load it. */
static void load_list_view(void)
{
    typedef BOOL(WINAPI *init)(const INITCOMMONCONTROLSEX *);
    INITCOMMONCONTROLSEX which = {sizeof which, ICC_LISTVIEW_CLASSES};
    HMODULE controls = LoadLibraryW(L"comctl32.dll");
    init prepare = controls ? (init)(void *)GetProcAddress(controls, "InitCommonControlsEx") : NULL;
    if (prepare)
        prepare(&which);
}

INT_PTR dialog_run(HWND owner, UINT id, DLGPROC procedure, void *argument)
{
    HINSTANCE module = dialog_module();
    ULONG_PTR cookie = 0;
    ACTCTXW styles = {.cbSize = sizeof styles,
                      .dwFlags = ACTCTX_FLAG_HMODULE_VALID | ACTCTX_FLAG_RESOURCE_NAME_VALID,
                      .lpResourceName = MAKEINTRESOURCEW(ID_MANIFEST),
                      .hModule = module};
    HANDLE context = CreateActCtxW(&styles);
    BOOL active = context != INVALID_HANDLE_VALUE && ActivateActCtx(context, &cookie);
    load_list_view();
    INT_PTR result = DialogBoxParamW(module, MAKEINTRESOURCEW(id), owner, procedure, (LPARAM)argument);
    if (active)
        DeactivateActCtx(0, cookie);
    if (context != INVALID_HANDLE_VALUE)
        ReleaseActCtx(context);
    return result;
}

void dialog_announce(HWND dialog, int control)
{
    NotifyWinEvent(EVENT_SYSTEM_ALERT, GetDlgItem(dialog, control), OBJID_CLIENT, CHILDID_SELF);
}
