/* The provider's lines, made from the settings. Under the lock. */
#ifndef OFFHOOK_LINE_SET_H
#define OFFHOOK_LINE_SET_H

#include "settings.h"

/* Make lines of the settings, before TAPI knows of any. Returns 0 or a LINEERR_. */
LONG line_set_load(void);

/* The settings have changed: tell TAPI of new and removed lines, connect changed ones anew. */
void line_set_reload(const struct line_settings *settings, DWORD count);

void line_set_free(void);

#endif
