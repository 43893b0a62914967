/* What the provider knows: lines, the connection of each, and their calls. One lock guards all of it.
 *
 * The telephony service enters from any thread; the provider's worker thread moves the connections. Whoever changes
 * the model holds the lock, and puts what TAPI is to be told into the queue of events.h; nobody calls TAPI while
 * holding the lock. */
#ifndef OFFHOOK_MODEL_H
#define OFFHOOK_MODEL_H

#include "windows_7.h"

#include <tapi.h>
#include <tspi.h>

#include "session.h"
#include "settings.h"

#define VERSION_1_4 0x00010004
#define VERSION_2_0 0x00020000
#define VERSION_2_2 0x00020002
#define VERSION_3_0 0x00030000
#define VERSION_3_1 0x00030001

/* tapi.h has its errors as unsigned numbers. */
#define LINE_ERROR(name) ((LONG)LINEERR_##name)

/* Characters of a name or an id in a call, with the terminating zero. */
#define PARTY_TEXT 128

/* Bytes of an address as UTF-8, with the terminating zero. */
#define ADDRESS_BYTES (SESSION_MAX_ADDRESS * 4 + 1)

struct line;

enum call_phase {
    CALL_WAITING,  /* the connection is not ready yet: the dial is sent as soon as it is */
    CALL_SENT,     /* the dial has no response yet */
    CALL_ACCEPTED, /* TAPI knows the call */
    CALL_OVER      /* idle, or never came to be; TAPI may still ask for it */
};

struct call {
    struct line *line;
    struct call *next; /* of the line's calls */
    HTAPICALL ht;
    DWORD handle;
    DWORD number; /* TAPI's dwCallID */
    enum call_phase phase;
    DRV_REQUESTID make_request;
    ULONGLONG deadline; /* for CALL_WAITING, and for CALL_ACCEPTED while the connection is away; else 0 */
    enum session_state session_state;
    DWORD state, mode;
    SYSTEMTIME since;
    char id[SESSION_MAX_CALL_ID + 1]; /* as the Smart Messenger calls it, empty until known */
    char address[ADDRESS_BYTES];      /* as it was dialled */
    WCHAR caller_name[PARTY_TEXT], caller_id[PARTY_TEXT], called_name[PARTY_TEXT], called_id[PARTY_TEXT];
    bool connected; /* the called party has answered */
    DWORD app_specific, country, param_flags;
};

enum link_phase {
    LINK_OFF,        /* nobody wants it */
    LINK_PAUSED,     /* until link.deadline, then tries again */
    LINK_RESOLVING,
    LINK_CONNECTING,
    LINK_LOGIN,
    LINK_READY
};

enum link_action_kind { ACTION_LOGIN, ACTION_DIAL, ACTION_DROP };

struct link_action {
    enum link_action_kind kind;
    DWORD number; /* of the call that it is about */
};

/* A call that was dropped, or a dial that was withdrawn: over for TAPI, and not yet for the Smart Messenger. */
struct leftover {
    DWORD number;                     /* as the call had it */
    char id[SESSION_MAX_CALL_ID + 1]; /* empty until known */
    bool dialling;                    /* the dial has no response yet */
    bool withdrawn;                   /* nobody dropped it: what it has become meanwhile goes on */
    bool dropping;                    /* the drop has been sent over the present connection */
    ULONGLONG deadline;
};

/* How an address ends: enough of it to see whether a drop by one address could mean a call to another one. */
#define LINK_ENDING 4

/* A call of the terminal that TAPI did not make, or has let go of. */
struct foreign {
    char id[SESSION_MAX_CALL_ID + 1]; /* empty: the place is free */
    bool over;                        /* its id is remembered, for what may still be told of it */
    char called[LINK_ENDING + 1], dialled[LINK_ENDING + 1];
};

#define LINK_ACTIONS 16
#define LINK_LEFTOVERS 8
#define LINK_FOREIGN 16
#define LINK_OUT 4096
#define LINK_ADDRESSES 8

struct resolution;

struct link {
    enum link_phase phase;
    SOCKET socket;
    ULONGLONG deadline; /* of the phase */
    unsigned failures;  /* attempts in a row that failed */
    bool refused;       /* the login was, and the time to try anew has not come */
    bool broken;        /* sending failed: to be closed in the next step */
    bool ending;        /* the peer has ended it, which Windows tells once: read on until nothing is left */
    bool version_2;
    unsigned nonsense;  /* messages in a row that made no sense */
    ULONGLONG away_since; /* 0 while ready, or nobody wants it */
    bool away_reported;
    struct resolution *resolution;
    unsigned next_address;
    struct link_action actions[LINK_ACTIONS]; /* awaiting their responses, in this order */
    unsigned action_count;
    ULONGLONG answer_by;
    struct leftover leftovers[LINK_LEFTOVERS];
    unsigned leftover_count;
    struct foreign foreign[LINK_FOREIGN]; /* a ring of the latest */
    unsigned foreign_next;
    char out[LINK_OUT];
    size_t out_used;
    struct session_reader reader;
};

struct line {
    struct line_settings settings;
    unsigned position; /* among the provider's lines */
    DWORD device_id;
    bool has_device; /* TAPI has given the id */
    bool removed;
    bool open;
    HTAPILINE ht;
    DWORD handle;
    LINEEVENT proc;
    DWORD version;
    DWORD wanted_line_states, wanted_address_states;
    DWORD media_detection; /* media modes in which incoming calls are wanted */
    bool offered;          /* as TAPI was told last: a call can be made */
    bool offer_unsure;     /* it was otherwise for a while that TAPI was not told of */
    enum { SERVICE_UNKNOWN, SERVICE_IN, SERVICE_OUT } service; /* as TAPI was told last */
    struct call *live;
    struct call *calls; /* all that TAPI has not closed */
    struct link link;
};

struct provider {
    LONG references; /* providerInit less providerShutdown */
    bool enumerated;
    DWORD permanent_id;
    HPROVIDER handle;
    LINEEVENT create_proc;
    ASYNC_COMPLETION completion_proc;
    struct line **lines;
    DWORD line_count, line_room;
    DWORD last_call_number;
};

extern struct provider provider;

void model_lock(void);
void model_unlock(void);

/* Handles that TAPI may give back long after their object is gone: none is used twice within 32,000 reuses of its
 * slot. 0 is none. The object is NULL for a handle that is not valid any more. */
enum handle_kind { HANDLE_LINE, HANDLE_CALL };
DWORD handle_new(enum handle_kind kind, void *object);
void *handle_object(enum handle_kind kind, ULONG_PTR handle);
void handle_free(DWORD handle);
void handles_release(void);

struct line *line_of_device(DWORD device_id);
struct line *line_of_handle(HDRVLINE handle);
struct call *call_of_handle(HDRVCALL handle);

#endif
