/* Windows, as every file here wants it: Unicode, nothing newer than Windows 7. */
#ifndef OFFHOOK_WINDOWS_H
#define OFFHOOK_WINDOWS_H

#define UNICODE
#define _UNICODE
#define WIN32_LEAN_AND_MEAN
#define _WIN32_WINNT 0x0601
#define NTDDI_VERSION 0x06010000
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#endif
