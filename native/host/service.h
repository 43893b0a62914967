/* A telephony service that has started the provider and opened its first line: for programs that are about what comes
 * then. */
#ifndef OFFHOOK_HOST_SERVICE_H
#define OFFHOOK_HOST_SERVICE_H

#include "callbacks.h"

#define SERVICE_DEVICE 5
#define SERVICE_PROVIDER 0x21
#define SERVICE_VERSION 0x20002

/* Load the provider, start it, open its first line with this version of TSPI and wait until it is in service. */
HDRVLINE service_start(const WCHAR *path, DWORD version);

/* Waits until an open line is in service, whether the provider tells so or has become so before it was to tell; ends
 * the run when it does not. */
void service_wait(HDRVLINE line);

#endif
