#include "digits.h"

#include "events.h"
#include "features.h"
#include "memory.h"
#include "request.h"

static void cancel(struct call *call)
{
    struct request *request = call->generating ? request_find(call->line, call->digits_request) : NULL;
    if (!call->generating)
        return;
    call->generating = false;
    if (request)
        request->kind = REQUEST_QUIET; /* what was sent cannot be taken back */
    event_line(call->line, call, LINE_GENERATE, LINEGENERATETERM_CANCEL, call->end_to_end, (DWORD)GetTickCount64());
}

/* What is no tone is passed over, not refused (TSPI_lineGenerateDigits). */
static char tone_of(WCHAR c)
{
    if (c >= 'a' && c <= 'd')
        return (char)(c - 'a' + 'A');
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'D') || c == '*' || c == '#' || c == ',' ? (char)c : 0;
}

LONG digits_generate(struct call *call, DWORD end_to_end, DWORD mode, const WCHAR *digits, DWORD duration)
{
    char tones[SESSION3_MAX_DIGITS + 1];
    size_t count = 0;
    if (!line_can(call->line, CAN(DTMF)))
        return LINE_ERROR(OPERATIONUNAVAIL);
    if (mode != LINEDIGITMODE_DTMF)
        return LINE_ERROR(INVALDIGITMODE);
    if (call->phase != CALL_ACCEPTED || call->state != LINECALLSTATE_CONNECTED || call->is_conference)
        return LINE_ERROR(INVALCALLSTATE);
    for (; digits && *digits; digits++) {
        char tone = tone_of(*digits);
        if (tone && count == SESSION3_MAX_DIGITS)
            return LINE_ERROR(INVALPARAM);
        if (tone)
            tones[count++] = tone;
    }
    tones[count] = 0;
    cancel(call);
    if (count == 0)
        return 0;
    if (duration)
        duration = duration < DIGIT_MIN_MS ? DIGIT_MIN_MS : duration > DIGIT_MAX_MS ? DIGIT_MAX_MS : duration;
    LONG error = request_begin(call->line, REQUEST_DIGITS, 0, call, NULL,
                               &(struct session3_request){.command = SESSION3_DTMF, .call = call->id, .digits = tones,
                                                          .duration = duration});
    SecureZeroMemory(tones, sizeof tones);
    if (error)
        return error;
    call->generating = true;
    call->end_to_end = end_to_end;
    call->digits_request = call->line->last_request;
    return 0;
}
