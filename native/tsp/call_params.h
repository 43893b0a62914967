/* What an application wants of a call besides its address: whether a line can do that. NULL, which is nothing, is
 * fine. */
#ifndef OFFHOOK_CALL_PARAMS_H
#define OFFHOOK_CALL_PARAMS_H

#include "model.h"

/* Can any line make such a call? Returns 0 or a LINEERR_. */
LONG call_params_check(const LINECALLPARAMS *params);

/* From which of a line's addresses the call is to be made: there is one, which goes by its id only. Returns 0 or a
 * LINEERR_. */
LONG call_params_check_origin(const LINECALLPARAMS *params);

/* Whether the line has the address that the call is to be made from, if one is named by its digits. */
bool call_params_fit_line(const LINECALLPARAMS *params, const struct line *line);

/* The target address of TAPI 2.0 (LINECALLPARAMS, dwTargetAddressSize), terminated, into so many characters. False when
 * there is none, and when it is too long or not within the structure. */
bool call_params_target(const LINECALLPARAMS *params, WCHAR *target, DWORD characters);

#endif
