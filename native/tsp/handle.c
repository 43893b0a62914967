#include "handle.h"

#include "memory.h"

#include <stdbool.h>

/* A handle is its slot's generation above its slot's number, which counts from 1. */
#define SLOT_BITS 16
#define MAX_SLOTS 0xFFFFu
#define MAX_GENERATION 0x7FFFu

struct slot {
    void *object;
    DWORD generation;
    enum handle_kind kind;
};

static struct slot *slots;
static DWORD slot_count, slot_hint;

static bool more_slots(void)
{
    DWORD count = slot_count ? slot_count * 2 : 256;
    if (slot_count == MAX_SLOTS)
        return false;
    if (count > MAX_SLOTS)
        count = MAX_SLOTS;
    struct slot *more = memory_get(count * sizeof *more);
    if (!more)
        return false;
    if (slots)
        memcpy(more, slots, slot_count * sizeof *slots);
    memory_free(slots);
    slots = more;
    slot_hint = slot_count;
    slot_count = count;
    return true;
}

DWORD handle_new(enum handle_kind kind, void *object)
{
    for (DWORD tries = 0; tries < slot_count; tries++) {
        DWORD at = (slot_hint + tries) % slot_count;
        if (slots[at].object)
            continue;
        slot_hint = at + 1;
        slots[at].object = object;
        slots[at].kind = kind;
        slots[at].generation = slots[at].generation % MAX_GENERATION + 1;
        return slots[at].generation << SLOT_BITS | (at + 1);
    }
    return more_slots() ? handle_new(kind, object) : 0;
}

static struct slot *slot_of(ULONG_PTR handle)
{
    DWORD at = (DWORD)(handle & MAX_SLOTS) - 1;
    if (handle > MAXDWORD || at >= slot_count || slots[at].generation != handle >> SLOT_BITS)
        return NULL;
    return &slots[at];
}

void *handle_object(enum handle_kind kind, ULONG_PTR handle)
{
    struct slot *slot = slot_of(handle);
    return slot && slot->kind == kind ? slot->object : NULL;
}

void handle_free(DWORD handle)
{
    struct slot *slot = slot_of(handle);
    if (slot)
        slot->object = NULL;
}

void handle_free_all(void)
{
    memory_free(slots);
    slots = NULL;
    slot_count = slot_hint = 0;
}
