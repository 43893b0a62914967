/* What the provider tells: gathered by the callbacks, and waited for by the programs. */
#ifndef OFFHOOK_HOST_CALLBACKS_H
#define OFFHOOK_HOST_CALLBACKS_H

#include "provider.h"

/* Handles that the provider is given: beyond 4 GiB where they can be, so that a cut one is noticed. */
#ifdef _WIN64
#define HANDLE_OF(n) ((DWORD_PTR)0x7A5A00000000 + (n))
#else
#define HANDLE_OF(n) ((DWORD_PTR)0xFA5A0000 + (n))
#endif
#define THE_PROVIDER ((HPROVIDER)HANDLE_OF(0x100))
#define THE_LINE ((HTAPILINE)HANDLE_OF(0x200))

/* One thing that the provider told. */
struct event {
    bool is_completion;
    DRV_REQUESTID request;
    LONG result;
    HTAPILINE line;
    HTAPICALL call;
    DWORD message;
    DWORD_PTR first, second, third;
    HDRVCALL handle; /* what callbacks_watch watches, at that moment */
    LONGLONG ticks;  /* of the performance counter */
};

/* Once, before the provider may call. */
void callbacks_begin(void);

void CALLBACK on_line_event(HTAPILINE line, HTAPICALL call, DWORD message, DWORD_PTR first, DWORD_PTR second,
                            DWORD_PTR third);
void CALLBACK on_completion(DRV_REQUESTID request, LONG result);

/* The handle that the next call which is announced (LINE_NEWCALL) is given; what the provider calls it is in the event. */
void callbacks_offer(HTAPICALL call);

/* The variable that lineMakeCall is to write. */
void callbacks_watch(HDRVCALL *handle);

/* A request id that was never used before. */
DRV_REQUESTID new_request(void);

/* The next event, waited for; false when none comes. */
bool next_event(struct event *event);

/* The same for completions and LINE_CALLSTATE; the others are counted, and their bits gathered in `told`. */
struct told {
    DWORD call_info, line_states, address_states;
};
extern struct told told;
bool next_step(struct event *event);

/* Wait for the completion of a request, and for a state of a call; end the run when it does not come, or another. */
void wait_for_completion(DRV_REQUESTID request);
LONGLONG wait_for_state(HTAPICALL call, DWORD state);

/* What has come so far is passed over. */
void forget_events(void);

/* The call, and with it every one of a lower handle, or the line was closed, as of now: nothing may come of it any
 * more. What has come is passed over. */
void forget_call(HTAPICALL call);
void forget_line(HTAPILINE line);

/* Every request was completed once, no other was, nothing came of what was closed, and no callback came while another
 * had not returned. */
void callbacks_check(void);

#endif
