/* What the user sees: the dialogs of the exports TUISPI_, which run in the process of the application that asks for
 * them, not in the telephony service. */
#ifndef OFFHOOK_DIALOG_H
#define OFFHOOK_DIALOG_H

#include "settings.h"

/* What TUISPI_lineConfigDialog and TSPI_providerGenericDialogData say to each other, through TAPI's callback with
 * TUISPIDLL_OBJECT_LINEID. */
#pragma pack(push, 1)
struct offhook_generic_data {
    DWORD device_id; /* asked for */
    DWORD index;     /* answered: the line's index in the settings */
};
#pragma pack(pop)

/* "Phone Line Attributes" of one line, until the user closes it; index 0 makes a new line. True if anything was saved.
 * A line that is gone is told to the user. */
bool dialog_line(HWND owner, DWORD index);

/* The list of lines. False if Windows cannot show it. */
bool dialog_lines(HWND owner);

#endif
