/* The dialog with the list of lines. */
#ifndef OFFHOOK_DIALOG_LIST_H
#define OFFHOOK_DIALOG_LIST_H

#include "windows_7.h"

#include <stdbool.h>

/* Until the user closes it. False if Windows cannot show it. */
bool dialog_list(HWND owner);

#endif
