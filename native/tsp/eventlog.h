/* Windows' event log: what an administrator should know without having asked. */
#ifndef OFFHOOK_EVENTLOG_H
#define OFFHOOK_EVENTLOG_H

#include "windows_7.h"

#include <stdbool.h>

/* Tell Windows how to show our entries, or no longer. Needs the right to write to HKLM. */
LONG eventlog_register(bool wanted);

/* A warning; it goes into the trace as well. */
void eventlog_warn(const WCHAR *text);

#endif
