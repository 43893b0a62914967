/* The provider as the telephony service has it: loaded at run time, its functions called by name. callbacks.h has what
 * it tells. */
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
    X(lineAccept)                                                                                                      \
    X(lineBlindTransfer)                                                                                               \
    X(lineCompleteTransfer)                                                                                            \
    X(lineForward)                                                                                                     \
    X(lineGenerateDigits)                                                                                              \
    X(lineHold)                                                                                                        \
    X(linePark)                                                                                                        \
    X(linePickup)                                                                                                      \
    X(lineRedirect)                                                                                                    \
    X(lineSetMediaMode)                                                                                                \
    X(lineSetupTransfer)                                                                                               \
    X(lineSwapHold)                                                                                                    \
    X(lineUnhold)                                                                                                      \
    X(lineUnpark)                                                                                                      \
    X(lineAddToConference)                                                                                             \
    X(lineSetupConference)                                                                                             \
    X(linePrepareAddToConference)                                                                                      \
    X(lineRemoveFromConference)                                                                                        \
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

/* TAPI's errors, as `is` compares them. */
#define ERROR_OF(name) ((DWORD)(LONG)LINEERR_##name)

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

#endif
