#include "line_status.h"

#include "call_list.h"
#include "events.h"
#include "features.h"

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

void line_status_begin(struct line *line)
{
    line->told_features = line_address_features(line);
    line->told_counts = line_call_counts(line);
    line->features_unsure = false;
}

static void tell_features(struct line *line)
{
    DWORD now = line_address_features(line);
    /* Nothing may be told of a call before its lineMakeCall is completed (TSPI, Async Replies Versus Events on New
     * Call Handles); what follows from it is told then, whatever has come of it. A new call's own state comes first. */
    if (call_dialling(line) || call_announced(line)) {
        line->features_unsure |= now != line->told_features;
        return;
    }
    if (now == line->told_features && !line->features_unsure)
        return;
    line->told_features = now;
    line->features_unsure = false;
    tell_line_state(line, LINEDEVSTATE_OTHER);
    tell_address_states(line, LINEADDRESSSTATE_OTHER);
}

static void tell_counts(struct line *line)
{
    struct call_counts now = line_call_counts(line), told = line->told_counts;
    if (now.active == told.active && now.held == told.held && now.pending == told.pending)
        return;
    line->told_counts = now;
    bool any = now.active + now.held + now.pending > 0; /* one station uses the address, with however many calls */
    tell_line_state(line, LINEDEVSTATE_NUMCALLS);
    tell_address_states(line, (any ? LINEADDRESSSTATE_INUSEONE : LINEADDRESSSTATE_INUSEZERO) | LINEADDRESSSTATE_NUMCALLS);
}

void line_status_tell(struct line *line)
{
    if (!line->open)
        return;
    tell_counts(line);
    tell_features(line);
}

void line_status_tell_service(struct line *line, bool in)
{
    if (!line->open || line->service == (in ? SERVICE_IN : SERVICE_OUT))
        return;
    line->service = in ? SERVICE_IN : SERVICE_OUT;
    tell_line_state(line, in ? LINEDEVSTATE_CONNECTED : LINEDEVSTATE_DISCONNECTED);
    tell_line_state(line, in ? LINEDEVSTATE_INSERVICE : LINEDEVSTATE_OUTOFSERVICE);
}

void line_status_tell_forwarding(struct line *line)
{
    tell_address_states(line, LINEADDRESSSTATE_FORWARD);
}

void line_status_tell_renamed(struct line *line)
{
    tell_line_state(line, LINEDEVSTATE_CAPSCHANGE);
}

void line_status_tell_address_changed(struct line *line)
{
    tell_address_states(line, LINEADDRESSSTATE_CAPSCHANGE);
}
