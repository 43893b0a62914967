#include "memory.h"

#include "windows_7.h"

void *memory_get(size_t size)
{
    return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
}

void memory_free(void *block)
{
    if (block)
        HeapFree(GetProcessHeap(), 0, block);
}
