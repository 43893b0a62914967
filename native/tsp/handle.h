/* The numbers that TAPI knows lines and calls by. Under the model's lock.
 *
 * TAPI may give one back long after its object is gone: none is used twice within 32,000 reuses of its slot. 0 is none.
 * The object is NULL for a handle that is not valid any more. */
#ifndef OFFHOOK_HANDLE_H
#define OFFHOOK_HANDLE_H

#include "windows_7.h"

enum handle_kind { HANDLE_LINE, HANDLE_CALL };

DWORD handle_new(enum handle_kind kind, void *object);
void *handle_object(enum handle_kind kind, ULONG_PTR handle);
void handle_free(DWORD handle);

/* All of them, when the provider ends. */
void handle_free_all(void);

#endif
