/* Version 3 of the TSP session, docs/tsp-session.md: what session_next calls SESSION_RESULT, SESSION_LINE and
 * SESSION_CALL is read by the functions here, and a request is written. No socket, no clock, no Windows header.
 *
 * Use: log in with session3_login. If the response has `version_3`, set that of the reader before the next
 * session_next; else go on with version 2 or 1. */
#ifndef OFFHOOK_SESSION3_H
#define OFFHOOK_SESSION3_H

#include "session.h"

#include <stdint.h>

/* Requests that may be open at a time; one more is refused. */
#define SESSION3_OPEN_REQUESTS 32

/* DTMF tones and pauses in one request. */
#define SESSION3_MAX_DIGITS 64

/* What can be asked for, and what a line or a call allows. */
enum session3_command {
    SESSION3_NO_COMMAND,
    SESSION3_DIAL,
    SESSION3_PICKUP,
    SESSION3_UNPARK,
    SESSION3_FORWARD,
    SESSION3_DO_NOT_DISTURB,
    SESSION3_DROP,
    SESSION3_ANSWER,
    SESSION3_REJECT,
    SESSION3_REDIRECT,
    SESSION3_HOLD,
    SESSION3_RETRIEVE,
    SESSION3_SWAP,
    SESSION3_TRANSFER,
    SESSION3_CONSULT,
    SESSION3_COMPLETE,
    SESSION3_CONFERENCE,
    SESSION3_DTMF,
    SESSION3_PARK,

    /* Capabilities that are no requests. */
    SESSION3_COMPLETE_RINGING,
    SESSION3_COMPLETE_ANY,
    SESSION3_CONFERENCE_8,
    SESSION3_FORWARD_BUSY,
    SESSION3_FORWARD_NO_ANSWER,
    SESSION3_PICKUP_GROUP,
    SESSION3_PARK_AT,
    SESSION3_BY_HAND,

    /* Requests that are no capabilities. */
    SESSION3_CLEAR_MISSED,
    SESSION3_ALIVE
};

/* Its bit among capabilities and features. */
#define SESSION3_BIT(command) ((uint32_t)1 << (command))

/* `known` is false when nothing was said: of capabilities take DIAL and DROP, of features try. */
struct session3_features {
    bool known;
    uint32_t bits;
};

enum session3_reason {
    SESSION3_DIRECT,
    SESSION3_FORWARDED_ALWAYS,
    SESSION3_FORWARDED_BUSY,
    SESSION3_FORWARDED_NO_ANSWER,
    SESSION3_REDIRECTED,
    SESSION3_TRANSFERRED,
    SESSION3_PICKED_UP,
    SESSION3_UNPARKED,
    SESSION3_REMINDER,
    SESSION3_UNKNOWN_REASON
};

enum session3_privacy { SESSION3_SHOWN, SESSION3_WITHHELD, SESSION3_UNAVAILABLE };

enum session3_origin { SESSION3_UNKNOWN_ORIGIN, SESSION3_INTERNAL, SESSION3_EXTERNAL };

/* Nothing is known of a party when all of it is empty. */
struct session3_party {
    struct session_text name, id;
    enum session3_privacy privacy;
};

/* A call as a whole: what an earlier value had and this one has not is gone. */
struct session3_call {
    struct session_text id, related, conference; /* empty when there is none */
    enum session_state state;                    /* inbound and SESSION_RING_BACK: it rings here */
    enum session_cause cause;                    /* with SESSION_ON_HOOK, else SESSION_NO_CAUSE */
    enum session3_reason reason;
    enum session3_origin origin;
    struct session3_features features;
    struct session3_party caller, callee, connected, redirecting, redirected_to;
    uint64_t began, answered; /* seconds since 1970, UTC; 0: not known, not yet */
    bool inbound, held, held_by_other, consultation, by_hand;
};

/* The line as a whole, likewise. */
struct session3_line {
    struct session_text terminal, name, problem;
    struct session3_features capabilities, features;
    struct session_text always, busy, no_answer; /* where its calls are forwarded to; empty: they are not */
    uint64_t after, missed;                      /* seconds until `no_answer`, 0 as the switch has it */
    bool reachable, in_service, do_not_disturb;
};

struct session3_result {
    uint32_t number; /* of the request */
    bool success;
    struct session_text reason, text; /* why not: one of the words that version 2 has as well; for people */
    struct session_text call, slot;   /* the call that was begun; where a call was parked */
};

/* Read the message that session_next gave, of this kind. False when it makes no sense: pass over it. */
bool session3_read_result(const struct session_message *message, struct session3_result *result);
bool session3_read_line(const struct session_message *message, struct session3_line *line);
bool session3_read_call(const struct session_message *message, struct session3_call *call);

/* What is asked for. Texts are UTF-8 and terminated, NULL or empty when there is none. */
struct session3_request {
    uint32_t number; /* not 0, and not that of an open request */
    enum session3_command command;
    const char *call;                      /* all that are about a call: its id */
    const char *address;                   /* DIAL, REDIRECT, TRANSFER, CONSULT */
    const char *other;                     /* COMPLETE, CONFERENCE: the second call, if not the consultation */
    const char *digits;                    /* DTMF */
    const char *slot;                      /* PARK, UNPARK */
    const char *target;                    /* PICKUP */
    const char *always, *busy, *no_answer; /* FORWARD; all empty: no more */
    uint32_t after;                        /* FORWARD: seconds */
    uint32_t duration;                     /* DTMF: milliseconds of a tone, 0 for the usual ones */
    bool on;                               /* DO_NOT_DISTURB */
};

/* Write a message and return its length in bytes, or 0 when it does not fit. */
size_t session3_login(char *out, size_t size, const char *terminal, const char *token);
size_t session3_request(char *out, size_t size, const struct session3_request *request);

#endif
