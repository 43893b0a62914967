/* Are these settings good? Used by the dialog before it saves, and by the elevated half before it writes. */
#ifndef OFFHOOK_DIALOG_CHECK_H
#define OFFHOOK_DIALOG_CHECK_H

#include "settings.h"

/* What is wrong: the text that says so and the control to go to, or zeros. */
struct mistake {
    UINT text;
    int control;
};

/* `port` is 0 when what was typed is no number. */
struct mistake check_line(const struct line_settings *line);

/* Whether another line has this name already: applications show nothing else of a line. */
bool check_name_taken(const struct line_settings *line);

/* Blanks off both ends. */
void check_trim(WCHAR *text);

#endif
