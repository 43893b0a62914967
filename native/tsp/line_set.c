#include "line_set.h"

#include "events.h"
#include "line.h"
#include "line_status.h"
#include "memory.h"
#include "model.h"
#include "text.h"
#include "trace.h"

static bool make_room(void)
{
    if (provider.line_count < provider.line_room)
        return true;
    DWORD room = provider.line_room ? provider.line_room * 2 : 16;
    struct line **lines = memory_get(room * sizeof *lines);
    if (!lines)
        return false;
    if (provider.lines)
        memcpy(lines, provider.lines, provider.line_count * sizeof *lines);
    memory_free(provider.lines);
    provider.lines = lines;
    provider.line_room = room;
    return true;
}

static struct line *add_line(const struct line_settings *settings)
{
    struct line *line = make_room() ? memory_get(sizeof *line) : NULL;
    if (!line)
        return NULL;
    line->settings = *settings;
    line->position = provider.line_count;
    line->connection.socket = INVALID_SOCKET;
    provider.lines[provider.line_count++] = line;
    return line;
}

LONG line_set_load(void)
{
    struct line_settings *settings;
    DWORD count;
    LONG error = settings_read(&settings, &count);
    if (error == ERROR_NOT_ENOUGH_MEMORY)
        return LINE_ERROR(NOMEM);
    for (DWORD i = 0; i < count; i++)
        if (!add_line(&settings[i]))
            error = ERROR_NOT_ENOUGH_MEMORY;
    settings_free(settings, count);
    return error ? LINE_ERROR(OPERATIONFAILED) : 0;
}

void line_set_free(void)
{
    for (DWORD i = 0; i < provider.line_count; i++) {
        SecureZeroMemory(provider.lines[i], sizeof *provider.lines[i]);
        memory_free(provider.lines[i]);
    }
    memory_free(provider.lines);
    provider.lines = NULL;
    provider.line_count = provider.line_room = 0;
}

static const struct line_settings *find(const struct line_settings *settings, DWORD count, DWORD index)
{
    for (DWORD i = 0; i < count; i++)
        if (settings[i].index == index)
            return &settings[i];
    return NULL;
}

static bool has_line(DWORD index)
{
    for (DWORD i = 0; i < provider.line_count; i++)
        if (provider.lines[i]->settings.index == index && !provider.lines[i]->removed)
            return true;
    return false;
}

static void remove_line(struct line *line)
{
    trace(L"%s: removed", line->settings.name);
    line->removed = true;
    if (line->open)
        line_disconnect(line);
    if (line->has_device)
        event_device(LINE_REMOVE, line->device_id, 0);
}

static void change_line(struct line *line, const struct line_settings *now)
{
    struct line_settings *old = &line->settings;
    bool other_terminal = !text_equal(old->terminal, now->terminal);
    bool renamed = !text_equal(old->name, now->name) || other_terminal;
    bool moved = !text_equal(old->host, now->host) || old->port != now->port ||
                 other_terminal || !text_equal(old->token, now->token);
    *old = *now;
    if (moved && line->open)
        line_reconnect(line);
    if (renamed)
        line_status_tell_renamed(line);
    if (other_terminal) /* it is the line's address */
        line_status_tell_address_changed(line);
}

void line_set_reload(const struct line_settings *settings, DWORD count)
{
    for (DWORD i = 0; i < provider.line_count; i++) {
        struct line *line = provider.lines[i];
        const struct line_settings *now = find(settings, count, line->settings.index);
        if (line->removed)
            continue;
        if (now)
            change_line(line, now);
        else
            remove_line(line);
    }
    for (DWORD i = 0; i < count; i++) {
        struct line *line = has_line(settings[i].index) ? NULL : add_line(&settings[i]);
        if (line) /* its temporary id counts from 1, so that it is never zero */
            event_device(LINE_CREATE, (DWORD_PTR)provider.handle, line->position + 1);
    }
}
