/* The provider as the telephony service has it: loaded at run time, told what to do, telling what happens. */
#ifndef OFFHOOK_PROVIDER_H
#define OFFHOOK_PROVIDER_H

#include "tap.h"

#include <tapi.h>
#include <tspi.h>

#define FUNCTIONS(X)                                                                                                   \
    X(lineNegotiateTSPIVersion)                                                                                        \
    X(providerEnumDevices)                                                                                             \
    X(providerInit)                                                                                                    \
    X(providerShutdown)                                                                                                \
    X(providerUIIdentify)                                                                                              \
    X(lineGetExtensionID)                                                                                              \
    X(lineGetDevCaps)                                                                                                  \
    X(lineGetAddressCaps)                                                                                              \
    X(lineOpen)                                                                                                        \
    X(lineClose)                                                                                                       \
    X(lineGetNumAddressIDs)                                                                                            \
    X(lineGetAddressID)                                                                                                \
    X(lineGetAddressStatus)                                                                                            \
    X(lineGetLineDevStatus)                                                                                            \
    X(lineGetID)                                                                                                       \
    X(lineSetStatusMessages)                                                                                           \
    X(lineSetDefaultMediaDetection)                                                                                    \
    X(lineConditionalMediaDetection)                                                                                   \
    X(lineMakeCall)                                                                                                    \
    X(lineDrop)                                                                                                        \
    X(lineCloseCall)                                                                                                   \
    X(lineGetCallInfo)                                                                                                 \
    X(lineGetCallStatus)                                                                                               \
    X(lineGetCallAddressID)                                                                                            \
    X(lineSetAppSpecific)                                                                                              \
    X(lineDial)                                                                                                        \
    X(lineAnswer)                                                                                                      \
    X(providerGenericDialogData)

struct functions {
#define X(name) __typeof__(TSPI_##name) *name;
    FUNCTIONS(X)
#undef X
};

/* Those that an application's process calls. */
#define UI_FUNCTIONS(X)                                                                                                \
    X(lineConfigDialog)                                                                                                \
    X(providerInstall)                                                                                                 \
    X(providerRemove)

struct ui_functions {
#define X(name) __typeof__(TUISPI_##name) *name;
    UI_FUNCTIONS(X)
#undef X
};

extern struct functions tsp;
extern struct ui_functions tui;
extern HMODULE provider_module;

/* Ends the run when the DLL, or a function of it, cannot be had by its bare name. */
void provider_load(const WCHAR *path);

/* Call a function of the provider. On x86 it must take its arguments off the stack itself, and all of them. */
#ifdef __i386__
#define STACK_POINTER()                                                                                                \
    ({                                                                                                                 \
        DWORD_PTR at_;                                                                                                 \
        __asm__ volatile("movl %%esp, %0" : "=r"(at_));                                                                \
        at_;                                                                                                           \
    })
#else
#define STACK_POINTER() ((DWORD_PTR)0)
#endif
#define CALL_OF(table, name, ...)                                                                                      \
    ({                                                                                                                 \
        DWORD_PTR before_ = STACK_POINTER();                                                                           \
        LONG result_ = table.name(__VA_ARGS__);                                                                        \
        if (STACK_POINTER() != before_)                                                                                \
            bail_out(#name " leaves the stack otherwise than it was");                                                 \
        result_;                                                                                                       \
    })
#define CALL(name, ...) CALL_OF(tsp, name, __VA_ARGS__)
#define UI_CALL(name, ...) CALL_OF(tui, name, __VA_ARGS__)

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
    HDRVCALL handle; /* what provider_watch watches, at that moment */
    LONGLONG ticks;  /* of the performance counter */
};

void CALLBACK on_line_event(HTAPILINE line, HTAPICALL call, DWORD message, DWORD_PTR first, DWORD_PTR second,
                            DWORD_PTR third);
void CALLBACK on_completion(DRV_REQUESTID request, LONG result);

/* The variable that lineMakeCall is to write. */
void provider_watch(HDRVCALL *handle);

/* A request id that was never used before. */
DRV_REQUESTID new_request(void);

/* Load the provider, start it, open its first line and wait until that is in service: for programs that are about what
 * comes then. */
HDRVLINE provider_start(const WCHAR *path);
#define STARTED_DEVICE 5
#define STARTED_PROVIDER 0x21
#define STARTED_VERSION 0x20002

/* Waits until an open line is in service, whether the provider tells so or has become so before it was to tell; ends
 * the run when it does not. */
void wait_for_service(HDRVLINE line);

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

/* Of decimal digits. */
unsigned number_of(const WCHAR *digits);

/* What has come so far is passed over. */
void forget_events(void);

/* The call, and with it every one of a lower handle, or the line was closed, as of now: nothing may come of it any
 * more. What has come is passed over. */
void forget_call(HTAPICALL call);
void forget_line(HTAPILINE line);

/* Every request was completed once, no other was, nothing came of what was closed, and no callback came while another
 * had not returned. */
void check_callbacks(void);

#endif
