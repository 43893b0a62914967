/* The TSP session's messages: bytes in, messages out, and the other way round. No socket, no clock, no Windows
 * header, so that it compiles, runs and is fuzzed anywhere. The format is the product's published one, see
 * docs/tsp.md. */
#ifndef OFFHOOK_SESSION_H
#define OFFHOOK_SESSION_H

#include "session_field.h"

enum session_state {
    SESSION_NO_STATE,
    SESSION_OFF_HOOK,
    SESSION_PROCEED,
    SESSION_RING_BACK,
    SESSION_CONNECTED,
    SESSION_ON_HOOK
};

/* Why a call ended, told by peers of version 2; of version 3 also what stands behind SESSION_FAILURE. */
enum session_cause {
    SESSION_NO_CAUSE,
    SESSION_NORMAL,
    SESSION_DROPPED,
    SESSION_BUSY,
    SESSION_NO_ANSWER,
    SESSION_REJECTED,
    SESSION_UNREACHABLE,
    SESSION_INVALID_ADDRESS,
    SESSION_NOT_ALLOWED,
    SESSION_TERMINAL_UNAVAILABLE,
    SESSION_TERMINAL_REJECTED,
    SESSION_FAILURE,
    SESSION_ELSEWHERE,
    SESSION_CANCELLED,
    SESSION_FORWARDED,
    SESSION_TRANSFERRED,
    SESSION_PARKED
};

enum session_kind {
    SESSION_BAD_MESSAGE, /* complete, but none of the messages below: pass over it */
    SESSION_RESPONSE,
    SESSION_CALL_STATE,
    SESSION_CALL_INFO,

    /* Of version 3: see session3.h. */
    SESSION_RESULT,
    SESSION_LINE,
    SESSION_CALL,
    SESSION_READY
};

struct session_message {
    enum session_kind kind;
    bool success;               /* of a response */
    bool version_2;             /* a response that names that version or a later one */
    bool version_3;             /* likewise; `terminal` is the session's then */
    struct session_text reason; /* of a response that is Fail, by its wire name; empty if none was given */
    enum session_state state;   /* of a call: as are all that follow */
    enum session_cause cause;
    struct session_text terminal, call_id, caller_name, caller_id, callee_name, callee_id;
    struct session_text values; /* of version 3: all that follows the kind, untrimmed */
};

struct session_reader {
    char bytes[SESSION_MAX_MESSAGE];
    size_t begin, end, scanned;
    bool broken;
    bool version_3; /* set it when that is agreed on; before, the messages of version 3 are SESSION_BAD_MESSAGE */
};

enum session_result {
    SESSION_MORE,    /* no whole message yet */
    SESSION_MESSAGE,
    SESSION_PROTOCOL_ERROR   /* over-long or not UTF-8: the connection must end, nothing more is told of it */
};

void session_begin(struct session_reader *reader);

/* Where to put received bytes and how many fit. At least one does, unless session_next said SESSION_PROTOCOL_ERROR
 * or was not called until it said SESSION_MORE. */
size_t session_room(struct session_reader *reader, char **where);
void session_received(struct session_reader *reader, size_t count);
enum session_result session_next(struct session_reader *reader, struct session_message *message);

/* Write a message and return its length in bytes, or 0 when it does not fit. Arguments are UTF-8 and terminated;
 * what may not stand in a field is replaced. */
size_t session_login(char *out, size_t size, const char *terminal, const char *token);
size_t session_dial(char *out, size_t size, const char *address);
size_t session_drop(char *out, size_t size, const char *which);

#endif
