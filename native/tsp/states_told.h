/* LINECALLSTATE_ bits: all that a line's calls may ever be told in. Under the lock. */
#ifndef OFFHOOK_STATES_TOLD_H
#define OFFHOOK_STATES_TOLD_H

#include "features.h"

static inline DWORD states_told(const struct line *line)
{
    DWORD states = LINECALLSTATE_IDLE | LINECALLSTATE_DIALTONE | LINECALLSTATE_DIALING | LINECALLSTATE_PROCEEDING |
                   LINECALLSTATE_RINGBACK | LINECALLSTATE_CONNECTED | LINECALLSTATE_DISCONNECTED | LINECALLSTATE_UNKNOWN;
    if (line_is_old(line))
        return states;
    states |= LINECALLSTATE_OFFERING;
    if (line_can(line, CAN(ANSWER)))
        states |= LINECALLSTATE_ACCEPTED;
    if (line_can(line, CAN(HOLD)))
        states |= LINECALLSTATE_ONHOLD;
    if (line_can(line, CAN(CONSULT)))
        states |= LINECALLSTATE_ONHOLDPENDTRANSFER;
    if (line_can(line, CAN(CONSULT) | CAN(CONFERENCE)))
        states |= LINECALLSTATE_ONHOLDPENDCONF | LINECALLSTATE_CONFERENCED;
    return states;
}

#endif
