#include "dialog_list.h"

#include "dialog_line.h"
#include "dialog_save.h"
#include "dialog_text.h"
#include "resource.h"
#include "text.h"

#include <commctrl.h>

static HWND list_of(HWND dialog)
{
    return GetDlgItem(dialog, ID_LINES);
}

static void set_column(HWND list, int column, UINT title, int percent)
{
    WCHAR text[64];
    RECT area;
    GetClientRect(list, &area);
    dialog_text(text, ARRAYSIZE(text), title, NULL, NULL);
    int room = area.right - GetSystemMetrics(SM_CXVSCROLL);
    LVCOLUMNW what = {.mask = LVCF_TEXT | LVCF_WIDTH, .cx = room * percent / 100, .pszText = text};
    SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)column, (LPARAM)&what);
}

static void set_cell(HWND list, int row, int column, WCHAR *text)
{
    LVITEMW what = {.iSubItem = column, .pszText = text};
    SendMessageW(list, LVM_SETITEMTEXTW, (WPARAM)row, (LPARAM)&what);
}

static void add_row(HWND list, int row, struct line_settings *line)
{
    WCHAR place[SETTINGS_HOST + 16];
    LVITEMW what = {.mask = LVIF_TEXT | LVIF_PARAM, .iItem = row, .pszText = line->name, .lParam = (LPARAM)line->index};
    SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&what);
    text_format(place, ARRAYSIZE(place), L"%s, %u", line->host, line->port);
    set_cell(list, row, 1, line->terminal);
    set_cell(list, row, 2, place);
}

static int selected(HWND dialog)
{
    return (int)SendMessageW(list_of(dialog), LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED);
}

/* The settings' index of the selected line, or 0. */
static DWORD selected_index(HWND dialog)
{
    LVITEMW what = {.mask = LVIF_PARAM, .iItem = selected(dialog)};
    if (what.iItem < 0 || !SendMessageW(list_of(dialog), LVM_GETITEMW, 0, (LPARAM)&what))
        return 0;
    return (DWORD)what.lParam;
}

static void select_row(HWND dialog, int row)
{
    HWND list = list_of(dialog);
    LVITEMW what = {.stateMask = LVIS_SELECTED | LVIS_FOCUSED, .state = LVIS_SELECTED | LVIS_FOCUSED};
    int count = (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
    row = row < count ? row : count - 1;
    if (row < 0)
        return;
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)&what);
    SendMessageW(list, LVM_ENSUREVISIBLE, (WPARAM)row, FALSE);
}

static void enable_buttons(HWND dialog)
{
    BOOL any = selected(dialog) >= 0;
    HWND focus = GetFocus();
    if (!any && (focus == GetDlgItem(dialog, ID_EDIT) || focus == GetDlgItem(dialog, ID_REMOVE)))
        SendMessageW(dialog, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(dialog, ID_ADD), TRUE);
    EnableWindow(GetDlgItem(dialog, ID_EDIT), any);
    EnableWindow(GetDlgItem(dialog, ID_REMOVE), any);
}

/* Read anew; the row selected is the one with this index, or else the one at that place. */
static void show_lines(HWND dialog, DWORD index, int row)
{
    struct line_settings *lines;
    WCHAR why[300];
    DWORD count;
    LONG error = settings_read(&lines, &count);
    if (error != ERROR_SUCCESS) {
        dialog_error_text(why, ARRAYSIZE(why), (DWORD)error);
        dialog_say(dialog, MB_OK | MB_ICONERROR, TEXT_CANNOT_READ, why, NULL);
    }
    SendMessageW(list_of(dialog), WM_SETREDRAW, FALSE, 0);
    SendMessageW(list_of(dialog), LVM_DELETEALLITEMS, 0, 0);
    for (DWORD i = 0; i < count; i++) {
        add_row(list_of(dialog), (int)i, &lines[i]);
        if (lines[i].index == index)
            row = (int)i;
    }
    SendMessageW(list_of(dialog), WM_SETREDRAW, TRUE, 0);
    settings_free(lines, count);
    select_row(dialog, row);
    enable_buttons(dialog);
}

static void on_init(HWND dialog)
{
    HWND list = list_of(dialog);
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, LVS_EX_FULLROWSELECT, LVS_EX_FULLROWSELECT);
    set_column(list, 0, TEXT_COLUMN_NAME, 40);
    set_column(list, 1, TEXT_COLUMN_TERMINAL, 20);
    set_column(list, 2, TEXT_COLUMN_PLACE, 40);
    show_lines(dialog, 0, 0);
}

static void add(HWND dialog)
{
    if (dialog_line(dialog, 0))
        show_lines(dialog, 0, SETTINGS_MAX_LINES);
}

static void edit(HWND dialog)
{
    DWORD index = selected_index(dialog);
    if (index == 0)
        return;
    dialog_line(dialog, index);
    show_lines(dialog, index, 0);
}

static void remove_line(HWND dialog)
{
    struct line_settings line;
    DWORD index = selected_index(dialog);
    int row = selected(dialog);
    if (index == 0)
        return;
    LONG error = settings_read_line(index, &line);
    SecureZeroMemory(line.token, sizeof line.token);
    if (error == ERROR_SUCCESS) {
        if (dialog_say(dialog, MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2, TEXT_ASK_REMOVE, line.name, NULL) != IDYES)
            return;
        error = save_removal(dialog, index);
    }
    save_say(dialog, error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error);
    show_lines(dialog, index, row);
}

static void on_key(HWND dialog, WORD key)
{
    if (key == VK_DELETE)
        remove_line(dialog);
    else if (key == VK_INSERT)
        add(dialog);
}

static void on_notify(HWND dialog, const NMHDR *what)
{
    if (what->idFrom != ID_LINES)
        return;
    if (what->code == LVN_ITEMCHANGED)
        enable_buttons(dialog);
    else if (what->code == NM_DBLCLK)
        edit(dialog);
    else if (what->code == LVN_KEYDOWN)
        on_key(dialog, ((const NMLVKEYDOWN *)what)->wVKey);
}

/* Return in the list is IDOK, as no button is the default one: it opens the line. */
static void on_command(HWND dialog, int control)
{
    if (control == ID_ADD)
        add(dialog);
    else if (control == ID_EDIT || (control == IDOK && GetFocus() == list_of(dialog)))
        edit(dialog);
    else if (control == ID_REMOVE)
        remove_line(dialog);
    else if (control == IDCANCEL)
        EndDialog(dialog, 1);
}

static INT_PTR CALLBACK on_message(HWND dialog, UINT message, WPARAM wide, LPARAM narrow)
{
    switch (message) {
    case WM_INITDIALOG:
        on_init(dialog);
        return TRUE;
    case WM_COMMAND:
        on_command(dialog, LOWORD(wide));
        return TRUE;
    case WM_NOTIFY:
        on_notify(dialog, (const NMHDR *)narrow);
        return TRUE;
    default:
        return FALSE;
    }
}

bool dialog_list(HWND owner)
{
    return dialog_run(owner, ID_LINES_DIALOG, on_message, NULL) > 0;
}
