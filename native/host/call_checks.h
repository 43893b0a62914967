/* Calls, of every kind and end. */
#ifndef OFFHOOK_HOST_CALL_CHECKS_H
#define OFFHOOK_HOST_CALL_CHECKS_H

#include "tap.h"

#include <tapi.h>
#include <tspi.h>

/* On an open line that is in service. It is closed at the end, with a call on it. */
void check_calls(DWORD version, HDRVLINE line);

#endif
