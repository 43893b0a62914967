/* TAPI's errors as its functions return them. tapi.h has them as unsigned numbers. */
#ifndef OFFHOOK_LINE_ERROR_H
#define OFFHOOK_LINE_ERROR_H

#define LINE_ERROR(name) ((LONG)LINEERR_##name)

#endif
