/* "Phone Line Attributes": the dialog for the settings of one line. */
#ifndef OFFHOOK_DIALOG_LINE_H
#define OFFHOOK_DIALOG_LINE_H

#include "windows_7.h"

#include <stdbool.h>

/* Until the user closes it; index 0 makes a new line. True if anything was saved. A line that is gone is told to the
 * user. */
bool dialog_line(HWND owner, DWORD index);

#endif
