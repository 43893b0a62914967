/* The address that an application wants to call, checked and taken apart. */
#ifndef OFFHOOK_DIALABLE_H
#define OFFHOOK_DIALABLE_H

#include "model.h"

/* Returns 0 or a LINEERR_. `address` gets ADDRESS_BYTES, what the Smart Messenger is to dial; `number` PARTY_TEXT
 * characters, what programs are shown: without subaddress and name. NULL is an invalid address. */
LONG dialable_read(const WCHAR *text, char *address, WCHAR *number);

#endif
