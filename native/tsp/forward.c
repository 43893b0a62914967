#include "forward.h"

#include "control.h"
#include "features.h"
#include "memory.h"
#include "request.h"
#include "text.h"

/* LINEFORWARD as of TAPI 2.2 and before. That of tapi.h has two more members, of 3.1, and is never what is meant here. */
struct forward_entry {
    DWORD mode, caller_size, caller_offset, country, destination_size, destination_offset;
};

DWORD forward_modes(const struct line *line)
{
    DWORD modes = line_can(line, CAN(FORWARD)) || line_can(line, CAN(DO_NOT_DISTURB)) ? LINEFORWARDMODE_UNCOND : 0;
    bool busy = line_can(line, CAN(FORWARD) | CAN(FORWARD_BUSY));
    bool no_answer = line_can(line, CAN(FORWARD) | CAN(FORWARD_NO_ANSWER));
    modes |= (busy ? LINEFORWARDMODE_BUSY : 0) | (no_answer ? LINEFORWARDMODE_NOANSW : 0);
    return modes | (busy && no_answer ? LINEFORWARDMODE_BUSYNA : 0);
}

struct wish {
    char always[ADDRESS_BYTES], busy[ADDRESS_BYTES], no_answer[ADDRESS_BYTES];
    bool do_not_disturb;
};

/* The structure is the application's: what it says of offsets and sizes may lie. */
static LONG read_destination(const BYTE *base, DWORD total, const struct forward_entry *entry, char *address)
{
    WCHAR text[SESSION_MAX_ADDRESS * 2];
    DWORD size = entry->destination_size, offset = entry->destination_offset;
    if (size > total || offset > total - size || size % sizeof(WCHAR) || size > sizeof text - sizeof(WCHAR))
        return LINE_ERROR(INVALPARAM);
    memcpy(text, base + offset, size);
    text[size / sizeof(WCHAR)] = 0;
    return control_read_address(text, address);
}

static LONG read_entry(const struct line *line, const BYTE *base, DWORD total, const struct forward_entry *entry,
                       struct wish *wish)
{
    char address[ADDRESS_BYTES];
    if (!(entry->mode & forward_modes(line)) || entry->mode & (entry->mode - 1))
        return LINE_ERROR(INVALPARAM);
    if (entry->destination_size == 0) { /* without a destination nobody is to be disturbed */
        wish->do_not_disturb = true;
        return entry->mode == LINEFORWARDMODE_UNCOND && line_can(line, CAN(DO_NOT_DISTURB)) ? 0
                                                                                            : LINE_ERROR(INVALPARAM);
    }
    if (!line_can(line, CAN(FORWARD)))
        return LINE_ERROR(INVALPARAM);
    LONG error = read_destination(base, total, entry, address);
    if (error)
        return error;
    if (entry->mode == LINEFORWARDMODE_UNCOND)
        memcpy(wish->always, address, sizeof address);
    if (entry->mode & (LINEFORWARDMODE_BUSY | LINEFORWARDMODE_BUSYNA))
        memcpy(wish->busy, address, sizeof address);
    if (entry->mode & (LINEFORWARDMODE_NOANSW | LINEFORWARDMODE_BUSYNA))
        memcpy(wish->no_answer, address, sizeof address);
    return 0;
}

static LONG read_list(const struct line *line, const LINEFORWARDLIST *list, struct wish *wish)
{
    const DWORD begin = offsetof(LINEFORWARDLIST, ForwardList);
    const BYTE *base = (const BYTE *)list;
    memset(wish, 0, sizeof *wish);
    if (!list)
        return 0;
    if (list->dwTotalSize < begin || list->dwNumEntries > (list->dwTotalSize - begin) / sizeof(struct forward_entry))
        return LINE_ERROR(STRUCTURETOOSMALL);
    for (DWORD i = 0; i < list->dwNumEntries; i++) {
        struct forward_entry entry;
        memcpy(&entry, base + begin + i * sizeof entry, sizeof entry);
        LONG error = read_entry(line, base, list->dwTotalSize, &entry, wish);
        if (error)
            return error;
    }
    return 0;
}

/* There are two settings behind it. The first step is the forwardings; do-not-disturb follows if it is another one now. */
LONG forward_set(struct line *line, DRV_REQUESTID request, const LINEFORWARDLIST *list, DWORD rings)
{
    struct wish wish;
    if (!forward_modes(line))
        return LINE_ERROR(OPERATIONUNAVAIL);
    LONG error = read_list(line, list, &wish);
    if (error == 0 && !line_is_whole(line))
        error = LINE_ERROR(RESOURCEUNAVAIL);
    if (error)
        return error;
    if (rings)
        rings = rings < FORWARD_MIN_RINGS ? FORWARD_MIN_RINGS : rings > FORWARD_MAX_RINGS ? FORWARD_MAX_RINGS : rings;
    struct session3_request forward = {.command = SESSION3_FORWARD, .always = wish.always, .busy = wish.busy,
                                       .no_answer = wish.no_answer};
    struct session3_request disturb = {.command = SESSION3_DO_NOT_DISTURB, .on = wish.do_not_disturb};
    forward.after = wish.no_answer[0] ? rings * FORWARD_RING_S : 0;
    bool forwards = line_can(line, CAN(FORWARD));
    LONG result = request_begin(line, REQUEST_FORWARD, request, NULL, NULL, forwards ? &forward : &disturb);
    if (result >= 0 && forwards && line_can(line, CAN(DO_NOT_DISTURB)) && line->do_not_disturb != wish.do_not_disturb) {
        struct request *begun = request_find(line, line->last_request);
        begun->disturbs_next = true;
        begun->do_not_disturb = wish.do_not_disturb;
    }
    return result;
}

bool forward_go_on(struct line *line, struct request *request)
{
    if (!request->disturbs_next)
        return false;
    request->disturbs_next = false;
    request_go_on(line, request,
                  &(struct session3_request){.command = SESSION3_DO_NOT_DISTURB, .on = request->do_not_disturb});
    return true;
}

/* Programs that step from one entry to the next by the size of all get on with one entry only: one is told where one says
 * it. */
static DWORD entries_of(const struct line *line, DWORD *modes, const WCHAR **to)
{
    DWORD count = 0;
    if (line->do_not_disturb || line->forward_always[0]) {
        modes[0] = LINEFORWARDMODE_UNCOND;
        to[0] = line->do_not_disturb ? L"" : line->forward_always;
        return 1;
    }
    if (line->forward_busy[0] && text_equal(line->forward_busy, line->forward_no_answer)) {
        modes[0] = LINEFORWARDMODE_BUSYNA;
        to[0] = line->forward_busy;
        return 1;
    }
    if (line->forward_busy[0]) {
        modes[count] = LINEFORWARDMODE_BUSY;
        to[count++] = line->forward_busy;
    }
    if (line->forward_no_answer[0]) {
        modes[count] = LINEFORWARDMODE_NOANSW;
        to[count++] = line->forward_no_answer;
    }
    return count;
}

/* The entries, then their texts, whose offsets are from the structure's begin. */
void forward_fill(const struct line *line, struct area *area, LINEADDRESSSTATUS *status)
{
    BYTE all[FORWARD_ENTRIES * (sizeof(struct forward_entry) + FORWARD_TEXT * sizeof(WCHAR))];
    DWORD modes[FORWARD_ENTRIES];
    const WCHAR *to[FORWARD_ENTRIES];
    DWORD count = entries_of(line, modes, to), size = count * (DWORD)sizeof(struct forward_entry);
    if (count == 0)
        return;
    for (DWORD i = 0; i < count; i++) {
        struct forward_entry entry = {.mode = modes[i]};
        if (to[i][0]) {
            entry.destination_size = (text_length(to[i]) + 1) * (DWORD)sizeof(WCHAR);
            entry.destination_offset = area->used + size;
            memcpy(all + size, to[i], entry.destination_size);
            size += entry.destination_size;
        }
        memcpy(all + i * sizeof entry, &entry, sizeof entry);
    }
    status->dwNumRingsNoAnswer = line->forward_rings;
    if (area_put_bytes(area, PART(status, dwForward), all, size))
        status->dwForwardNumEntries = count;
}

static bool take(WCHAR *text, struct session_text now)
{
    WCHAR fresh[FORWARD_TEXT];
    text_from_utf8(now.bytes, now.length, fresh, FORWARD_TEXT);
    if (text_equal(text, fresh))
        return false;
    text_copy(text, FORWARD_TEXT, fresh);
    return true;
}

bool forward_told(struct line *line, const struct session3_line *now)
{
    DWORD rings = (DWORD)((now->after + FORWARD_RING_S - 1) / FORWARD_RING_S);
    bool changed = take(line->forward_always, now->always);
    changed |= take(line->forward_busy, now->busy);
    changed |= take(line->forward_no_answer, now->no_answer);
    changed |= line->do_not_disturb != now->do_not_disturb || line->forward_rings != rings;
    line->do_not_disturb = now->do_not_disturb;
    line->forward_rings = rings;
    return changed;
}
