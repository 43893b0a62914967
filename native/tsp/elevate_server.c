#include "elevate_server.h"

#include "dialog_check.h"
#include "elevate.h"

#define TERMINATED(text) is_terminated((text), ARRAYSIZE(text))

static bool is_terminated(const WCHAR *text, DWORD size)
{
    for (DWORD i = 0; i < size; i++)
        if (!text[i])
            return true;
    return false;
}

static bool is_good(const struct change *change)
{
    const struct line_settings *line = &change->line;
    if (change->size != sizeof *change || line->index > 65535)
        return false;
    if (change->kind == CHANGE_REMOVE)
        return line->index > 0;
    return change->kind == CHANGE_WRITE && (DWORD)line->report_manual < SETTINGS_REPORTS && TERMINATED(line->name) && TERMINATED(line->terminal) &&
           TERMINATED(line->host) && TERMINATED(line->token) && check_line(line).text == 0;
}

static LONG perform(struct change *change)
{
    if (!is_good(change))
        return ERROR_INVALID_PARAMETER;
    if (change->kind == CHANGE_REMOVE)
        return settings_remove_line(change->line.index);
    return settings_write_line(&change->line, change->with_token != 0);
}

static bool read_all(HANDLE pipe, void *out, DWORD size)
{
    for (DWORD had = 0, got; had < size; had += got)
        if (!ReadFile(pipe, (BYTE *)out + had, size - had, &got, NULL) || got == 0)
            return false;
    return true;
}

static bool is_our_pipe(const WCHAR *name)
{
    const WCHAR *prefix = ELEVATE_PIPE;
    while (*prefix && *prefix == *name)
        prefix++, name++;
    if (*prefix)
        return false;
    for (; *name; name++)
        if (*name != '-' && (*name < '0' || *name > '9') && (*name < 'a' || *name > 'f'))
            return false;
    return true;
}

void CALLBACK OffhookApplyW(HWND window, HINSTANCE instance, WCHAR *pipe_name, int show)
{
    struct change change;
    struct change_done done;
    DWORD written;
    (void)window, (void)instance, (void)show;
    if (!is_our_pipe(pipe_name))
        return;
    /* whoever made the pipe may learn who we are, but not act as us */
    HANDLE pipe = CreateFileW(pipe_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                              SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        return;
    if (read_all(pipe, &change, sizeof change)) {
        done.error = (DWORD)perform(&change);
        done.index = change.line.index;
        WriteFile(pipe, &done, sizeof done, &written, NULL);
        FlushFileBuffers(pipe);
    }
    SecureZeroMemory(&change, sizeof change);
    CloseHandle(pipe);
}
