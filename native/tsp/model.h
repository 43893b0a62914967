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

#include "line_error.h"
#include "session.h"
#include "session3.h"
#include "settings.h"

/* Characters of a name or an id in a call, with the terminating zero. */
#define PARTY_TEXT 129

/* Bytes of an address as UTF-8, with the terminating zero. */
#define ADDRESS_BYTES (SESSION_MAX_ADDRESS * 4 + 1)

struct line;

/* A call has two lives: the switch's, which the session tells of by the call's id, and TAPI's, which may begin later and
 * end earlier. */
enum call_phase {
    CALL_WAITING,   /* dialled by TAPI; the connection is not ready yet: the dial is sent as soon as it is */
    CALL_SENT,      /* the dial has no response yet */
    CALL_TRACKED,   /* of the switch alone: TAPI was not told of it, or has let go of it */
    CALL_ANNOUNCED, /* TAPI is being told of it (LINE_NEWCALL), and has not given its handle yet */
    CALL_ACCEPTED,  /* TAPI knows the call */
    CALL_OVER       /* idle, or never came to be; TAPI may still ask for it */
};

/* Why there is no number of a party. */
enum party_privacy { PARTY_SHOWN, PARTY_WITHHELD, PARTY_UNAVAILABLE };

struct party {
    WCHAR name[PARTY_TEXT], id[PARTY_TEXT];
    enum party_privacy privacy;
};

enum call_party {
    PARTY_CALLER,
    PARTY_CALLED,
    PARTY_CONNECTED,   /* who has answered; at an incoming call the caller, once it is answered */
    PARTY_REDIRECTING, /* who sent the call here */
    PARTY_REDIRECTION, /* where it went from here */
    PARTIES
};

/* What becomes of a call on hold, that TAPI has made or is making another one for. */
enum call_pending { PENDING_NOTHING, PENDING_TRANSFER, PENDING_CONFERENCE };

struct call {
    struct line *line;
    struct call *next; /* of the line's calls */

    /* The switch's life. */
    char id[SESSION_MAX_CALL_ID + 1]; /* as the Smart Messenger calls it, empty until known and, in version 3, once over */
    enum session_state session_state;
    bool inbound, held, held_by_other, by_hand;
    char related[SESSION_MAX_CALL_ID + 1];    /* the id of the other call of a consultation */
    char conference[SESSION_MAX_CALL_ID + 1]; /* the calls that have the same are joined */
    DWORD allowed;     /* features of the call now, as CAN_ */
    DWORD origin, reason;
    struct party parties[PARTIES];
    bool told;          /* again, since the connection is there */
    ULONGLONG name_by;  /* the name of the caller may come until then */

    /* TAPI's life. */
    HTAPICALL ht;
    DWORD handle;  /* 0: TAPI has none */
    DWORD serial;  /* of ours, never used again */
    DWORD number;  /* TAPI's dwCallID */
    enum call_phase phase;
    DRV_REQUESTID make_request;
    ULONGLONG deadline; /* for CALL_WAITING, and for CALL_ACCEPTED while the connection is away; else 0 */
    DWORD state, mode;
    SYSTEMTIME since;
    bool state_told;        /* in this change, so that its features are read anew anyway */
    DWORD features;         /* as they were when a state was told last */
    DWORD info;             /* LINECALLINFOSTATE_ that have changed while it is being announced */
    DWORD told_related;     /* TAPI's dwRelatedCallID, as it was told last */
    bool declined;          /* TAPI did not want it, or has let go of it */
    bool accepted;          /* some program has shown it to the user (lineAccept) */
    bool dialled;           /* by TAPI: it has asked for this call */
    bool hanging_up;        /* TAPI has asked for what ends it */
    HTAPICALL offered;      /* what TAPI answered to LINE_NEWCALL */
    bool answered;          /* that there is such an answer, be it NULL */
    unsigned attempts;      /* to announce it */
    ULONGLONG announce_at;  /* the next one */
    ULONGLONG announced_at; /* when its first state was told */
    bool announced_ringing; /* and that it was one that comes in */
    bool ended;             /* while it was being announced, */
    enum session_cause cause; /* for this reason */
    ULONGLONG connected_by; /* it may be told as connected, though another call is as well */
    enum session3_command beginning; /* how it is begun: a dial, or something else of version 3 */
    char address[ADDRESS_BYTES];     /* as it was dialled; whose call is picked up, where it is parked */
    DWORD app_specific, country, param_flags, media_mode;

    /* A consultation and the call that it is for name each other; the latter is `pending`. */
    struct call *partner;
    enum call_pending pending;
    bool consultation;
    bool consulting; /* its number is being dialled: make_request is that of lineDial */
    struct call *conference_call; /* that it is a party of */
    bool is_conference;           /* the conference itself, a call of TAPI's alone: `held` and `allowed` are of its parties */

    /* Tones. */
    bool generating;
    DWORD end_to_end, digits_request;
};

enum connection_phase {
    CONNECTION_OFF,    /* nobody wants it */
    CONNECTION_PAUSED, /* until the deadline, then tries again */
    CONNECTION_RESOLVING,
    CONNECTION_CONNECTING,
    CONNECTION_LOGIN,
    CONNECTION_READY
};

enum action_kind {
    ACTION_LOGIN,
    ACTION_DIAL,
    ACTION_DROP,
    ACTION_ALIVE,   /* version 3: is somebody there? */
    ACTION_REQUEST, /* version 3: one of the line's requests */
    ACTION_FORGOTTEN /* version 3: nobody waits for its result any more */
};

/* One that was sent. The Smart Messenger responds to each: in this order, or, in version 3, by its id. */
struct action {
    enum action_kind kind;
    DWORD id;
    DWORD number; /* of the call, or the request, that it is about */
};

/* A call that was dropped, or a dial that was withdrawn: over for TAPI, and not yet for the Smart Messenger. */
struct pending_release {
    DWORD number;                     /* the call's serial */
    char id[SESSION_MAX_CALL_ID + 1]; /* empty until known */
    bool dialling;                    /* the dial has no response yet */
    bool withdrawn;                   /* nobody dropped it: what it has become meanwhile goes on */
    bool ringing;                     /* a call that comes in: it is to be rejected */
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

#define CONNECTION_ACTIONS 32 /* as many as may be open in version 3 */
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
    CONNECTION_EVENT_NOTIFICATION,  /* of the line's terminal; of versions 1 and 2 */

    /* Of version 3. */
    CONNECTION_EVENT_RESULT,   /* of the line's request with this number */
    CONNECTION_EVENT_LINE,     /* what the line can do */
    CONNECTION_EVENT_CALL,     /* a call, as it is now */
    CONNECTION_EVENT_ALL_TOLD, /* there are no other calls than those that were told */

    /* From receive.c for connection.c, which makes of them what is above. */
    CONNECTION_EVENT_LOGIN_RESPONSE,
    CONNECTION_EVENT_ENDED
};

struct connection_event {
    enum connection_event_kind kind;
    DWORD number;                   /* of CONNECTION_EVENT_DIAL_RESPONSE and CONNECTION_EVENT_RESULT */
    LONG error;                     /* of the same: 0 or a LINEERR_ */
    struct session_text call_id;    /* of the same: of the call that was begun, empty in versions 1 and 2 */
    const WCHAR *reason;            /* of CONNECTION_EVENT_ENDED, for the trace */
    struct session_message message; /* of what was received */
    union {
        struct session3_result result;
        struct session3_line line;
        struct session3_call call;
    };
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
    unsigned version;   /* of the session: 1, 2 or 3 */
    bool all_told;      /* version 3: what was told since the login is all there is */
    DWORD last_request; /* the id of the last request that was sent */
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

/* How many of a line's calls TAPI knows, in any state but idle: which are on hold, or on hold for another one. */
struct call_counts {
    DWORD active, held, pending;
};

/* Capabilities of a line, and features of a line or a call: bits of session3_command. */
#define CAN(command) SESSION3_BIT(SESSION3_##command)

/* What a Smart Messenger of versions 1 and 2 can do. */
#define CAN_OF_OLD (CAN(DIAL) | CAN(DROP))

/* What one of version 3 may be able to do: of a line that no session has told yet. */
#define CAN_AT_BEST (CAN(ALIVE) - 1)

enum request_kind {
    REQUEST_NONE,
    REQUEST_ANSWER,
    REQUEST_REDIRECT,
    REQUEST_HOLD,
    REQUEST_UNHOLD,
    REQUEST_SWAP,
    REQUEST_BLIND_TRANSFER,
    REQUEST_SETUP, /* of a consultation, before its number is dialled: the call is put on hold */
    REQUEST_COMPLETE,
    REQUEST_CONFERENCE,
    REQUEST_REMOVE, /* of a party from its conference */
    REQUEST_PARK,
    REQUEST_FORWARD,
    REQUEST_DIGITS,
    REQUEST_DROP, /* of a call that TAPI is just being told of */
    REQUEST_UNDO, /* a hold, for a consultation that was given up meanwhile: to be taken back */
    REQUEST_QUIET /* of ours: nobody waits for it */
};

/* One that is asked for over a session of version 3. */
struct request {
    enum request_kind kind; /* REQUEST_NONE: the place is free */
    DWORD number;
    DRV_REQUESTID tapi; /* 0: nobody waits for its completion */
    struct call *call, *other, *third;
    ULONGLONG deadline;
    bool dropped;   /* REQUEST_UNHOLD: a consultation is given up first */
    enum call_pending pending; /* REQUEST_SETUP: what for */
    bool disturbs_next, do_not_disturb; /* REQUEST_FORWARD: the next step, and what it asks for */
    bool succeeded; /* it is completed as soon as what it was for has been told, too */
    VARSTRING *slot; /* REQUEST_PARK: TAPI's, until the completion */
};

/* Calls of an address in conversation, dialling or ringing; those on hold do not count. */
#define MAX_ACTIVE_CALLS 2

#define MAX_HELD_CALLS 4 /* more than any phone shows */
/* Parties of a conference, with the own phone: of one that is made at a stroke, and of one that grows (CONFERENCE_8). */
#define MAX_CONFERENCE 3
#define MAX_LARGE_CONFERENCE 8

/* The only way in which a phone rings: LINEDEVCAPS has so many. */
#define RING_MODE 1

#define LINE_REQUESTS 24 /* at once: below what a session may have open, to leave room for dials and drops */

/* A text of a forwarding's address, with the terminating zero. */
#define FORWARD_TEXT PARTY_TEXT

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
    DWORD told_features;   /* of the address, as TAPI was told last */
    bool features_unsure;  /* they were otherwise for a while that TAPI was not told of */
    struct call_counts told_counts; /* as TAPI was told last */
    enum { SERVICE_UNKNOWN, SERVICE_IN, SERVICE_OUT } service; /* as TAPI was told last */
    ULONGLONG opened_at;
    ULONGLONG ring_at; /* the next LINEDEVSTATE_RINGING */
    DWORD rings;
    struct call *calls; /* all that TAPI has not closed, and those of the switch alone */
    struct request requests[LINE_REQUESTS];
    DWORD last_request;

    /* What the Smart Messenger has told. The capabilities are remembered when it has gone. */
    bool known;         /* there has been a session */
    bool whole_control; /* and it was of version 3 */
    DWORD capabilities;
    bool features_known;
    DWORD features;
    bool reachable;
    bool do_not_disturb;
    WCHAR forward_always[FORWARD_TEXT], forward_busy[FORWARD_TEXT], forward_no_answer[FORWARD_TEXT];
    DWORD forward_rings;

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
    DWORD last_call_serial;
};

extern struct provider provider;

void model_lock(void);
void model_unlock(void);

/* NULL when there is none. */
struct line *line_of_device(DWORD device_id);
struct line *line_of_handle(HDRVLINE handle);
struct call *call_of_handle(HDRVCALL handle);

/* A session of version 3 is there: calls that come in, and all that can be done with calls. */
bool line_is_whole(const struct line *line);

#endif
