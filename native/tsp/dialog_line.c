#include "dialog_line.h"

#include "dialog_check.h"
#include "dialog_save.h"
#include "dialog_test.h"
#include "dialog_text.h"
#include "memory.h"
#include "resource.h"
#include "text.h"

#define WM_TESTED (WM_APP + 1)
#define SHIELD 0x160C /* BCM_SETSHIELD, whose header wants newer controls */

/* Stands in the token's field for a token that is left as it is. Nobody can type it. */
#define UNCHANGED 0x2022
#define UNCHANGED_COUNT 8

enum token_state { TOKEN_NONE, TOKEN_STORED, TOKEN_HIDDEN };

struct line_dialog {
    struct line_settings line; /* as it is stored */
    enum token_state token;
    bool token_typed;
    bool filling; /* we write into the fields ourselves */
    bool changed;
    bool saved;
    struct test *test;
    WPARAM tests; /* begun so far: tells which one has ended */
    WCHAR place[SETTINGS_HOST + 16]; /* that is tested */
};

static struct line_dialog *of(HWND dialog)
{
    return (struct line_dialog *)GetWindowLongPtrW(dialog, DWLP_USER);
}

static enum token_state stored_token(const struct line_settings *line)
{
    WCHAR path[64];
    HKEY key;
    if (line->token[0])
        return TOKEN_STORED;
    text_format(path, ARRAYSIZE(path), SETTINGS_KEY L"\\Lines\\%u\\Secret", line->index);
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (error != ERROR_SUCCESS)
        return error == ERROR_ACCESS_DENIED ? TOKEN_HIDDEN : TOKEN_NONE;
    error = RegQueryValueExW(key, L"Token", NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return error == ERROR_FILE_NOT_FOUND ? TOKEN_NONE : TOKEN_HIDDEN;
}

static void set_text(HWND dialog, int control, UINT id, const WCHAR *one, const WCHAR *two)
{
    WCHAR text[DIALOG_TEXT];
    dialog_text(text, ARRAYSIZE(text), id, one, two);
    SetDlgItemTextW(dialog, control, text);
}

static void show_token_hint(HWND dialog)
{
    static const UINT untouched[] = {TEXT_TOKEN_NONE, TEXT_TOKEN_STORED, TEXT_TOKEN_HIDDEN};
    struct line_dialog *state = of(dialog);
    UINT hint = untouched[state->token];
    if (state->token_typed && GetWindowTextLengthW(GetDlgItem(dialog, ID_TOKEN)) > 0)
        hint = TEXT_TOKEN_NEW;
    else if (state->token_typed)
        hint = state->token == TOKEN_NONE ? TEXT_TOKEN_NONE : TEXT_TOKEN_TO_BE_REMOVED;
    set_text(dialog, ID_TOKEN_HINT, hint, NULL, NULL);
}

static void show_token(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    WCHAR unchanged[UNCHANGED_COUNT + 1] = {0};
    for (int i = 0; state->token != TOKEN_NONE && i < UNCHANGED_COUNT; i++)
        unchanged[i] = UNCHANGED;
    state->token_typed = false;
    state->filling = true;
    SetDlgItemTextW(dialog, ID_TOKEN, unchanged);
    state->filling = false;
    show_token_hint(dialog);
}

/* The first key in the field: what stood for the old token goes, what was typed stays. */
static void token_was_typed(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    WCHAR text[SETTINGS_TOKEN + UNCHANGED_COUNT];
    DWORD kept = 0;
    if (!state->token_typed) {
        state->token_typed = true;
        GetDlgItemTextW(dialog, ID_TOKEN, text, ARRAYSIZE(text));
        for (DWORD i = 0; text[i]; i++)
            if (text[i] != UNCHANGED)
                text[kept++] = text[i];
        text[kept] = 0;
        state->filling = true;
        SetDlgItemTextW(dialog, ID_TOKEN, text);
        state->filling = false;
        SendDlgItemMessageW(dialog, ID_TOKEN, EM_SETSEL, kept, (LPARAM)kept);
        SecureZeroMemory(text, sizeof text);
    }
    show_token_hint(dialog);
}

static void enable_apply(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    HWND apply = GetDlgItem(dialog, ID_APPLY);
    if (!state->changed && GetFocus() == apply) /* a disabled button must not keep the focus */
        SendMessageW(dialog, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(dialog, IDOK), TRUE);
    EnableWindow(apply, state->changed);
}

static void list_reports(HWND dialog)
{
    WCHAR text[DIALOG_TEXT];
    for (UINT i = 0; i < SETTINGS_REPORTS; i++) {
        dialog_text(text, ARRAYSIZE(text), TEXT_REPORTS + i, NULL, NULL);
        SendDlgItemMessageW(dialog, ID_REPORT, CB_ADDSTRING, 0, (LPARAM)text);
    }
}

static void fill(HWND dialog)
{
    static const struct {
        int control;
        WPARAM limit;
    } limits[] = {{ID_NAME, SETTINGS_NAME - 1},
                  {ID_HOST, SETTINGS_HOST - 1},
                  {ID_PORT, 5},
                  {ID_TERMINAL, SETTINGS_TERMINAL - 1},
                  {ID_TOKEN, SETTINGS_TOKEN - 1}};
    struct line_dialog *state = of(dialog);
    state->filling = true;
    for (size_t i = 0; i < ARRAYSIZE(limits); i++)
        SendDlgItemMessageW(dialog, limits[i].control, EM_LIMITTEXT, limits[i].limit, 0);
    SetDlgItemTextW(dialog, ID_NAME, state->line.name);
    SetDlgItemTextW(dialog, ID_HOST, state->line.host);
    SetDlgItemInt(dialog, ID_PORT, state->line.port, FALSE);
    SetDlgItemTextW(dialog, ID_TERMINAL, state->line.terminal);
    SendDlgItemMessageW(dialog, ID_REPORT, CB_SETCURSEL, state->line.report_manual, 0);
    show_token(dialog);
    state->filling = false;
}

static void get_text(HWND dialog, int control, WCHAR *out, DWORD size)
{
    out[0] = 0;
    GetDlgItemTextW(dialog, control, out, (int)size);
    check_trim(out);
}

/* What stands in the fields; the stored token unless another was typed. */
static struct mistake read_fields(HWND dialog, struct line_settings *line)
{
    struct line_dialog *state = of(dialog);
    BOOL number;
    memset(line, 0, sizeof *line);
    line->index = state->line.index;
    get_text(dialog, ID_NAME, line->name, SETTINGS_NAME);
    get_text(dialog, ID_HOST, line->host, SETTINGS_HOST);
    get_text(dialog, ID_TERMINAL, line->terminal, SETTINGS_TERMINAL);
    line->port = GetDlgItemInt(dialog, ID_PORT, &number, FALSE);
    line->report_manual = (enum report_manual)SendDlgItemMessageW(dialog, ID_REPORT, CB_GETCURSEL, 0, 0);
    if (state->token_typed)
        get_text(dialog, ID_TOKEN, line->token, SETTINGS_TOKEN);
    else
        text_copy(line->token, SETTINGS_TOKEN, state->line.token);
    return check_line(line);
}

/* Say it and go to the field, with all of its text selected: ready to be typed anew. */
static void say_mistake(HWND dialog, struct mistake mistake)
{
    dialog_say(dialog, MB_OK | MB_ICONWARNING, mistake.text, NULL, NULL);
    SendMessageW(dialog, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(dialog, mistake.control), TRUE);
    SendDlgItemMessageW(dialog, mistake.control, EM_SETSEL, 0, -1);
}

/* True when all that stands in the fields is stored. */
static bool apply(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    struct line_settings line;
    if (!state->changed)
        return true;
    struct mistake mistake = read_fields(dialog, &line);
    if (!mistake.text && check_name_taken(&line))
        mistake = (struct mistake){TEXT_NAME_TAKEN, ID_NAME};
    LONG error = ERROR_SUCCESS;
    if (mistake.text)
        say_mistake(dialog, mistake);
    else
        error = save_line(dialog, &line, state->token_typed);
    save_say(dialog, error);
    bool good = !mistake.text && error == ERROR_SUCCESS;
    if (good) {
        if (state->token_typed)
            state->token = line.token[0] ? TOKEN_STORED : TOKEN_NONE;
        memcpy(&state->line, &line, sizeof line);
        state->changed = false;
        state->saved = true;
        fill(dialog);
        enable_apply(dialog);
    }
    SecureZeroMemory(&line, sizeof line);
    return good;
}

static void test_is_over(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    test_end(state->test);
    state->test = NULL;
    set_text(dialog, ID_TEST, TEXT_TEST, NULL, NULL);
    dialog_announce(dialog, ID_TEST_RESULT);
}

static void begin_test(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    struct line_settings line;
    WCHAR port[16];
    struct mistake mistake = read_fields(dialog, &line);
    if (mistake.text && mistake.control != ID_NAME) {
        say_mistake(dialog, mistake);
    } else {
        bool login = state->token_typed || state->token != TOKEN_HIDDEN;
        state->test = test_begin(&line, login, dialog, WM_TESTED, ++state->tests);
        text_format(port, ARRAYSIZE(port), L"%u", line.port);
        text_format(state->place, ARRAYSIZE(state->place), L"%s, %s", line.host, port);
        set_text(dialog, ID_TEST_RESULT, state->test ? TEXT_TEST_RUNNING : TEXT_TEST_NO_THREAD, state->place, NULL);
        if (state->test)
            set_text(dialog, ID_TEST, TEXT_TEST_STOP, NULL, NULL);
    }
    SecureZeroMemory(&line, sizeof line);
}

static void on_test_button(HWND dialog)
{
    struct line_dialog *state = of(dialog);
    if (state->test) {
        set_text(dialog, ID_TEST_RESULT, TEXT_TEST_STOPPED, NULL, NULL);
        test_is_over(dialog);
    } else {
        begin_test(dialog);
    }
}

static void on_tested(HWND dialog, WPARAM number)
{
    struct line_dialog *state = of(dialog);
    WCHAR why[300];
    DWORD error;
    if (!state->test || number != state->tests)
        return;
    enum test_result result = test_outcome(state->test, &error);
    dialog_error_text(why, ARRAYSIZE(why), error);
    set_text(dialog, ID_TEST_RESULT, TEXT_TEST_RESULTS + result, state->place, why);
    test_is_over(dialog);
}

static void on_change(HWND dialog, int control)
{
    struct line_dialog *state = of(dialog);
    if (state->filling)
        return;
    if (control == ID_TOKEN)
        token_was_typed(dialog);
    state->changed = true;
    enable_apply(dialog);
}

static void on_init(HWND dialog, struct line_dialog *state)
{
    SetWindowLongPtrW(dialog, DWLP_USER, (LONG_PTR)state);
    if (state->line.index == 0) {
        WCHAR title[128];
        dialog_text(title, ARRAYSIZE(title), TEXT_NEW_LINE_TITLE, NULL, NULL);
        SetWindowTextW(dialog, title);
    }
    list_reports(dialog);
    fill(dialog);
    enable_apply(dialog);
    if (save_needs_elevation()) {
        SendDlgItemMessageW(dialog, ID_APPLY, SHIELD, 0, TRUE);
        SendDlgItemMessageW(dialog, IDOK, SHIELD, 0, TRUE);
    }
}

static void on_command(HWND dialog, int control, int code)
{
    if ((code == EN_CHANGE && control >= ID_NAME && control <= ID_TOKEN) ||
        (code == CBN_SELCHANGE && control == ID_REPORT)) {
        on_change(dialog, control);
        return;
    }
    if (code != BN_CLICKED)
        return;
    if (control == ID_TEST)
        on_test_button(dialog);
    else if (control == ID_APPLY)
        apply(dialog);
    else if (control == IDCANCEL || (control == IDOK && apply(dialog)))
        EndDialog(dialog, 1);
}

static INT_PTR CALLBACK on_message(HWND dialog, UINT message, WPARAM wide, LPARAM narrow)
{
    switch (message) {
    case WM_INITDIALOG:
        on_init(dialog, (struct line_dialog *)narrow);
        return TRUE;
    case WM_COMMAND:
        on_command(dialog, LOWORD(wide), HIWORD(wide));
        return TRUE;
    case WM_TESTED:
        on_tested(dialog, wide);
        return TRUE;
    case WM_DESTROY:
        test_end(of(dialog)->test);
        of(dialog)->test = NULL;
        return TRUE;
    default:
        return FALSE;
    }
}

bool dialog_line(HWND owner, DWORD index)
{
    struct line_dialog *state = memory_get(sizeof *state);
    LONG error = state ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    WCHAR why[300];
    if (state && index == 0) {
        text_copy(state->line.host, SETTINGS_HOST, SETTINGS_DEFAULT_HOST);
        state->line.port = SETTINGS_DEFAULT_PORT;
        state->changed = true;
    } else if (state) {
        error = settings_read_line(index, &state->line);
        state->token = stored_token(&state->line);
    }
    bool saved = false;
    if (error == ERROR_SUCCESS) {
        dialog_run(owner, ID_LINE_DIALOG, on_message, state);
        saved = state->saved;
    } else {
        dialog_error_text(why, ARRAYSIZE(why), (DWORD)error);
        dialog_say(owner, MB_OK | MB_ICONERROR, TEXT_LINE_GONE, why, NULL);
    }
    if (state)
        SecureZeroMemory(state, sizeof *state);
    memory_free(state);
    return saved;
}
