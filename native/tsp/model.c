#include "model.h"

#include "handle.h"

struct provider provider;

static SRWLOCK lock = SRWLOCK_INIT;

void model_lock(void)
{
    AcquireSRWLockExclusive(&lock);
}

void model_unlock(void)
{
    ReleaseSRWLockExclusive(&lock);
}

struct line *line_of_device(DWORD device_id)
{
    for (DWORD i = 0; i < provider.line_count; i++) {
        struct line *line = provider.lines[i];
        if (line->has_device && line->device_id == device_id && !line->removed)
            return line;
    }
    return NULL;
}

struct line *line_of_handle(HDRVLINE handle)
{
    return handle_object(HANDLE_LINE, (ULONG_PTR)handle);
}

struct call *call_of_handle(HDRVCALL handle)
{
    return handle_object(HANDLE_CALL, (ULONG_PTR)handle);
}

bool line_is_whole(const struct line *line)
{
    return line->connection.phase == CONNECTION_READY && line->connection.version >= 3;
}
