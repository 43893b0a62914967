/* The process heap. There is no C library here: Windows 7 has none of its own that a service may rely on. */
#ifndef OFFHOOK_MEMORY_H
#define OFFHOOK_MEMORY_H

#include <stddef.h>

/* The compiler brings these. */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

/* Zeroed; NULL when there is none. */
void *memory_get(size_t size);
void memory_free(void *block); /* NULL is fine */

#endif
