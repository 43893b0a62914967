/* The log that helps to find faults, off unless HKLM\SOFTWARE\Offhook\TSP has Trace = 1. Never a token in it. */
#ifndef OFFHOOK_TRACE_H
#define OFFHOOK_TRACE_H

#include "windows_7.h"

void trace_configure(void); /* reads the settings */
void trace_stop(void);

/* A line of text; the format is text_format's. */
void trace(const WCHAR *format, ...);

#endif
