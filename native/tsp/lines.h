/* The provider's set of lines, made from the settings, and what the exports share. Under the lock. */
#ifndef OFFHOOK_LINES_H
#define OFFHOOK_LINES_H

#include "model.h"

struct event;

/* Make lines of the settings, before TAPI knows of any. Returns 0 or a LINEERR_. */
LONG lines_load(void);

/* The settings have changed: tell TAPI of new and removed lines, connect changed ones anew. */
void lines_reload(struct line_settings *settings, DWORD count);

void lines_release(void);

/* End all of an open line, and let go of its call; what is returned is for events_last. */
struct event *line_close(struct line *line);

/* Whether a call as these parameters want it can be made: 0 or a LINEERR_. NULL is fine. */
LONG check_call_params(const LINECALLPARAMS *params);

#endif
