/* Tones that the other party hears: lineGenerateDigits. Under the lock. */
#ifndef OFFHOOK_DIGITS_H
#define OFFHOOK_DIGITS_H

#include "model.h"

#define DIGIT_MIN_MS 50
#define DIGIT_DEFAULT_MS 100
#define DIGIT_MAX_MS 500
#define DIGIT_PAUSE_MS 2000 /* of a comma */

/* Begin, or with no digits end; what is being sent ends first. Returns 0 or a LINEERR_. */
LONG digits_generate(struct call *call, DWORD end_to_end, DWORD mode, const WCHAR *digits, DWORD duration);

#endif
