/* Settings changed by a user who may not have the right to: then Windows is asked for it. */
#ifndef OFFHOOK_DIALOG_SAVE_H
#define OFFHOOK_DIALOG_SAVE_H

#include "settings.h"

/* As settings_write_line and settings_remove_line. Besides: ERROR_CANCELLED when the user refused to let Windows do it
 * or had no password for it, ELEVATE_NO_ANSWER when Windows agreed but nothing was heard of it, and ERROR_ACCESS_DENIED
 * when even then there was no right to write. Messages are handled while Windows asks; the owner is disabled. */
LONG save_line(HWND owner, struct line_settings *line, bool with_token);
LONG save_removal(HWND owner, DWORD index);

/* Whether the user will be asked: the shield on the button. */
bool save_needs_elevation(void);

/* Tell the user what came of it, unless it is success. */
void save_say(HWND owner, LONG error);

#endif
