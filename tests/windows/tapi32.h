/* Between the two halves of the stand-in for tapi32.dll. */
#ifndef TAPI32_H
#define TAPI32_H

#define TAPI32_FIRST_ID 3

/* How many providers are installed: ours, or none. */
DWORD tapi32_providers(void);

#endif
