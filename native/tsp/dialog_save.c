#include "dialog_save.h"

#include "dialog_text.h"
#include "elevate_client.h"
#include "memory.h"
#include "resource.h"

static LONG make_change(HWND owner, enum change_kind kind, struct line_settings *line, bool with_token)
{
    struct change change = {.size = sizeof change, .kind = kind, .with_token = with_token};
    memcpy(&change.line, line, sizeof *line);
    if (!with_token)
        SecureZeroMemory(change.line.token, sizeof change.line.token);
    LONG error = elevate(owner, &change);
    if (error == ERROR_SUCCESS)
        line->index = change.line.index;
    SecureZeroMemory(&change, sizeof change);
    return error;
}

LONG save_line(HWND owner, struct line_settings *line, bool with_token)
{
    DWORD index = line->index;
    LONG error = settings_write_line(line, with_token);
    if (error != ERROR_ACCESS_DENIED)
        return error;
    line->index = index;
    return make_change(owner, CHANGE_WRITE, line, with_token);
}

LONG save_removal(HWND owner, DWORD index)
{
    struct line_settings line = {.index = index};
    LONG error = settings_remove_line(index);
    return error == ERROR_ACCESS_DENIED ? make_change(owner, CHANGE_REMOVE, &line, false) : error;
}

bool save_needs_elevation(void)
{
    HKEY key;
    LONG error = settings_open(&key, KEY_READ | KEY_WRITE);
    if (error == ERROR_SUCCESS)
        RegCloseKey(key);
    return error == ERROR_ACCESS_DENIED;
}

void save_say(HWND owner, LONG error)
{
    WCHAR why[300];
    switch (error) {
    case ERROR_SUCCESS:
        return;
    case ERROR_CANCELLED:
        dialog_say(owner, MB_OK | MB_ICONWARNING, TEXT_NOT_ALLOWED, NULL, NULL);
        return;
    case ERROR_ACCESS_DENIED:
        dialog_say(owner, MB_OK | MB_ICONERROR, TEXT_STILL_NOT_ALLOWED, NULL, NULL);
        return;
    case ELEVATE_NO_ANSWER:
        dialog_say(owner, MB_OK | MB_ICONERROR, TEXT_NO_ELEVATION, NULL, NULL);
        return;
    case ERROR_NO_MORE_ITEMS:
        dialog_say(owner, MB_OK | MB_ICONERROR, TEXT_TOO_MANY_LINES, NULL, NULL);
        return;
    default:
        dialog_error_text(why, ARRAYSIZE(why), (DWORD)error);
        dialog_say(owner, MB_OK | MB_ICONERROR, TEXT_NOT_SAVED, why, NULL);
    }
}
