/* TAPI's structures of an address. Under the lock. They return 0 or LINEERR_STRUCTURETOOSMALL. */
#ifndef OFFHOOK_FILL_ADDRESS_H
#define OFFHOOK_FILL_ADDRESS_H

#include "model.h"

LONG fill_address_caps(const struct line *line, DWORD version, LINEADDRESSCAPS *caps);
LONG fill_address_status(const struct line *line, LINEADDRESSSTATUS *status);

#endif
