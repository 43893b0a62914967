#include "line_status.h"

#include "connection.h"
#include "events.h"

/* What programs did not ask for is not told: TAPI would pass it on all the same. */
static void tell_line_state(struct line *line, DWORD state)
{
    if (line->open && line->wanted_line_states & state)
        event_line(line, NULL, LINE_LINEDEVSTATE, state, 0, 0);
}

static void tell_address_states(struct line *line, DWORD states)
{
    states &= line->wanted_address_states;
    if (line->open && states)
        event_line(line, NULL, LINE_ADDRESSSTATE, 0, states, 0);
}

bool line_status_can_call(const struct line *line)
{
    return !line->live && !line->removed && connection_is_expected(line);
}

void line_status_tell_offer(struct line *line)
{
    bool now = line_status_can_call(line);
    if (!line->open)
        return;
    /* Nothing may be told of a call before its lineMakeCall is completed (TSPI, Async Replies Versus Events on New
     * Call Handles); what follows from it is told then, whatever has come of it. */
    if (line->live && line->live->phase < CALL_ACCEPTED) {
        line->offer_unsure = true;
        return;
    }
    if (now == line->offered && !line->offer_unsure)
        return;
    line->offered = now;
    line->offer_unsure = false;
    tell_line_state(line, LINEDEVSTATE_OTHER);
    tell_address_states(line, LINEADDRESSSTATE_OTHER);
}

void line_status_tell_call_count(struct line *line)
{
    bool one = line->live && line->live->phase == CALL_ACCEPTED;
    DWORD in_use = one ? LINEADDRESSSTATE_INUSEONE : LINEADDRESSSTATE_INUSEZERO;
    tell_line_state(line, LINEDEVSTATE_NUMCALLS);
    tell_address_states(line, in_use | LINEADDRESSSTATE_NUMCALLS);
}

void line_status_tell_service(struct line *line, bool in)
{
    if (!line->open || line->service == (in ? SERVICE_IN : SERVICE_OUT))
        return;
    line->service = in ? SERVICE_IN : SERVICE_OUT;
    tell_line_state(line, in ? LINEDEVSTATE_CONNECTED : LINEDEVSTATE_DISCONNECTED);
    tell_line_state(line, in ? LINEDEVSTATE_INSERVICE : LINEDEVSTATE_OUTOFSERVICE);
}

void line_status_tell_renamed(struct line *line)
{
    tell_line_state(line, LINEDEVSTATE_CAPSCHANGE);
}

void line_status_tell_address_changed(struct line *line)
{
    tell_address_states(line, LINEADDRESSSTATE_CAPSCHANGE);
}
