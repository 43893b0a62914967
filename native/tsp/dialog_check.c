#include "dialog_check.h"

#include "resource.h"
#include "text.h"

static bool has_any(const WCHAR *text, const WCHAR *set)
{
    for (; *text; text++)
        for (const WCHAR *one = set; *one; one++)
            if (*text == *one)
                return true;
    return false;
}

static bool has_control_character(const WCHAR *text)
{
    for (; *text; text++)
        if (*text < ' ' || (*text >= 0x7F && *text < 0xA0))
            return true;
    return false;
}

static bool is_text(const WCHAR *text)
{
    char utf8[SETTINGS_TOKEN * 4];
    bool good = text_to_utf8(text, utf8, sizeof utf8);
    SecureZeroMemory(utf8, sizeof utf8);
    return good && !has_control_character(text);
}

/* "messenger:7700" and "[::1]:7700", but not "::1". */
static bool names_a_port(const WCHAR *host)
{
    DWORD colons = 0;
    for (const WCHAR *at = host; *at; at++)
        colons += *at == ':';
    return colons == 1 || host[0] == '[';
}

struct mistake check_line(const struct line_settings *line)
{
    if (!line->name[0] || !is_text(line->name))
        return (struct mistake){TEXT_NAME_MISSING, ID_NAME};
    if (!line->host[0])
        return (struct mistake){TEXT_HOST_MISSING, ID_HOST};
    if (!is_text(line->host) || has_any(line->host, L" /\\@?#,;\""))
        return (struct mistake){TEXT_HOST_WRONG, ID_HOST};
    if (names_a_port(line->host))
        return (struct mistake){TEXT_HOST_WITH_PORT, ID_HOST};
    if (line->port < 1 || line->port > 65535)
        return (struct mistake){TEXT_PORT_WRONG, ID_PORT};
    if (!is_text(line->terminal) || has_any(line->terminal, L" %"))
        return (struct mistake){TEXT_TERMINAL_WRONG, ID_TERMINAL};
    if (!is_text(line->token) || has_any(line->token, L"%"))
        return (struct mistake){TEXT_TOKEN_WRONG, ID_TOKEN};
    return (struct mistake){0, 0};
}

bool check_name_taken(const struct line_settings *line)
{
    struct line_settings *lines;
    DWORD count;
    bool taken = false;
    if (settings_read(&lines, &count) != ERROR_SUCCESS)
        return false;
    for (DWORD i = 0; i < count; i++)
        if (lines[i].index != line->index && lstrcmpiW(lines[i].name, line->name) == 0)
            taken = true;
    settings_free(lines, count);
    return taken;
}

void check_trim(WCHAR *text)
{
    DWORD begin = 0, end = text_length(text), length = 0;
    while (text[begin] == ' ' || text[begin] == '\t' || text[begin] == 0x3000)
        begin++;
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == 0x3000))
        end--;
    while (begin < end)
        text[length++] = text[begin++];
    text[length] = 0;
}
