/* What TUISPI_lineConfigDialog, in a program, and TSPI_providerGenericDialogData, in the telephony service, say to each
 * other through TAPI's callback with TUISPIDLL_OBJECT_LINEID. */
#ifndef OFFHOOK_GENERIC_DATA_H
#define OFFHOOK_GENERIC_DATA_H

#include "windows_7.h"

/* The program may be of another word size than the service: packed, and of types that have one size everywhere. */
#pragma pack(push, 1)
struct generic_data {
    DWORD device_id; /* asked for */
    DWORD index;     /* answered: the line's index in the settings */
};
#pragma pack(pop)

#endif
