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

enum connection_phase {
    CONNECTION_OFF,    /* nobody wants it */
    CONNECTION_PAUSED, /* until the deadline, then tries again */
    CONNECTION_RESOLVING,
    CONNECTION_CONNECTING,
    CONNECTION_LOGIN,
    CONNECTION_READY
};

enum action_kind { ACTION_LOGIN, ACTION_DIAL, ACTION_DROP };

/* One that was sent: the Smart Messenger responds to each, in this order. */
struct action {
    enum action_kind kind;
    DWORD number; /* of the call that it is about */
};

/* A call that was dropped, or a dial that was withdrawn: over for TAPI, and not yet for the Smart Messenger. */
struct pending_release {
    DWORD number;                     /* as the call had it */
    char id[SESSION_MAX_CALL_ID + 1]; /* empty until known */
    bool dialling;                    /* the dial has no response yet */
    bool withdrawn;                   /* nobody dropped it: what it has become meanwhile goes on */
    bool dropping;                    /* the drop has been sent over the present connection */
    ULONGLONG deadline;
};

/* Characters of an address's ending: enough to see whether a drop by one address could mean a call to another one. */
#define ADDRESS_ENDING 4

/* A call of the terminal that TAPI did not make, or has let go of. */
struct external_call {
    char id[SESSION_MAX_CALL_ID + 1]; /* empty: the place is free */
    bool over;                        /* its id is remembered, for what may still be told of it */
    char called[ADDRESS_ENDING + 1], dialled[ADDRESS_ENDING + 1];
};

#define CONNECTION_ACTIONS 16
#define CONNECTION_RELEASES 8 /* the ninth drop at once is not sent: a person has one call */
#define CONNECTION_EXTERNAL_CALLS 16
#define CONNECTION_OUT 4096

/* What has happened on a connection. One is told of at a time: see connection_next. */
enum connection_event_kind {
    CONNECTION_EVENT_NONE,
    CONNECTION_EVENT_READY,         /* logged in */
    CONNECTION_EVENT_DELAYED,       /* it cannot even be tried now, and will be later */
    CONNECTION_EVENT_LOST,          /* or could not be made */
    CONNECTION_EVENT_CLEAR,         /* ready, and no release is pending any more: a dial may be sent */
    CONNECTION_EVENT_DIAL_RESPONSE, /* to the dial of the call with this number */
    CONNECTION_EVENT_NOTIFICATION,  /* of the line's terminal */

    /* From receive.c for connection.c, which makes of them what is above. */
    CONNECTION_EVENT_LOGIN_RESPONSE,
    CONNECTION_EVENT_ENDED
};

struct connection_event {
    enum connection_event_kind kind;
    DWORD number;                   /* of CONNECTION_EVENT_DIAL_RESPONSE */
    LONG error;                     /* of the same: 0 or a LINEERR_ */
    const WCHAR *reason;            /* of CONNECTION_EVENT_ENDED, for the trace */
    struct session_message message; /* of what was received */
};

struct resolution;

/* The connection of a line to its Smart Messenger. */
struct connection {
    enum connection_phase phase;
    enum connection_event_kind outcome; /* not told of yet */
    SOCKET socket;
    ULONGLONG deadline; /* of the phase */
    unsigned failures;  /* attempts in a row that failed */
    bool refused;       /* the login was, and the time to try anew has not come */
    bool broken;        /* sending failed: to be closed in the next step */
    bool ending;        /* the peer has ended it, which Windows tells once: read on until nothing is left */
    bool version_2;     /* the Smart Messenger speaks it */
    unsigned reads_left;   /* until other lines get their turn; 0 when there is nothing to read */
    unsigned bad_messages; /* in a row */
    ULONGLONG away_since;  /* 0 while ready, or nobody wants it */
    bool away_reported;
    struct resolution *resolution;
    unsigned next_address;
    struct action actions[CONNECTION_ACTIONS]; /* awaiting their responses, in this order */
    unsigned action_count;
    ULONGLONG answer_by;
    struct pending_release releases[CONNECTION_RELEASES];
    unsigned release_count;
    bool released; /* one of them has ended, and what follows from it is not told of yet */
    struct external_call external_calls[CONNECTION_EXTERNAL_CALLS]; /* a ring of the latest */
    unsigned external_next;
    char out[CONNECTION_OUT];
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
    struct connection connection;
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

/* NULL when there is none. */
struct line *line_of_device(DWORD device_id);
struct line *line_of_handle(HDRVLINE handle);
struct call *call_of_handle(HDRVCALL handle);

#endif
