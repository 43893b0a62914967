/* Texts in the user's language, and the DLL's own resources. */
#ifndef OFFHOOK_DIALOG_TEXT_H
#define OFFHOOK_DIALOG_TEXT_H

#include "windows_7.h"

#define DIALOG_TEXT 700 /* characters of the longest message with all that is put into it */

/* The module that this code is in. */
HINSTANCE dialog_module(void);

/* Text `id` with %1 and %2 replaced; both may be NULL. */
void dialog_text(WCHAR *out, DWORD size, UINT id, const WCHAR *one, const WCHAR *two);

/* What Windows says of an ERROR_ code, with its number. */
void dialog_error_text(WCHAR *out, DWORD size, DWORD error);

/* Show text `id` in a message box; returns MessageBox's value. */
int dialog_say(HWND owner, UINT kind, UINT id, const WCHAR *one, const WCHAR *two);

/* Run a modal dialog with the visual styles of today's Windows, whatever the program around us has. Returns
 * DialogBoxParam's value. */
INT_PTR dialog_run(HWND owner, UINT id, DLGPROC procedure, void *argument);

/* Tell screen readers that a control has something to say. */
void dialog_announce(HWND dialog, int control);

#endif
