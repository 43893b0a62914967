/* Times. Points in time are GetTickCount64's milliseconds; what has no time is NEVER.
 *
 * Those that depend on each other stand here together. Times of the dialogs are where they are used. */
#ifndef OFFHOOK_TICKS_H
#define OFFHOOK_TICKS_H

#include "windows_7.h"

#define NEVER (~(ULONGLONG)0)

static inline ULONGLONG earlier(ULONGLONG one, ULONGLONG other)
{
    return one < other ? one : other;
}

/* Making a connection. */
#define RESOLVE_MS 20000       /* all the name servers of the host's name */
#define RESOLVED_FRESH_MS 5000 /* an answer serves again for so long: many lines have the same host */
#define CONNECT_MS 5000        /* for each address of the host */
#define LOGIN_MS 5000
#define LOGIN_REFUSED_MS 30000 /* a wrong token does not become right by trying */
#define AWAY_MS 60000          /* then an administrator should know */

/* Noticing a dead peer: the first probe after so long a silence, then ten of them until Windows gives up
 * (SIO_KEEPALIVE_VALS). */
#define KEEPALIVE_MS 15000
#define KEEPALIVE_EVERY_MS 3000

/* Over a connection. */
#define ANSWER_MS 10000  /* a Smart Messenger that does not respond for so long is as good as gone */
#define ANNOUNCE_MS 1000 /* it tells of the calls that are live right after the login */

/* Calls. */
#define DIAL_WAIT_MS 8000 /* a dial waits for a connection that is being made */
#define RELEASE_MS 3000   /* a dropped call holds up the next dial no longer */
#define RESUME_MS 3000    /* a call outlives the loss of its connection for so long */
#define NAME_MS 100       /* a caller's name is looked up right after the call was told; TAPI is told of both together */
#define ORPHAN_MS 1000    /* the telephony service drops a call that nobody owns as soon as it has heard of it */
#define RING_MS 5000      /* between two rings of a phone */

/* Announcing a call. Until TSPI_lineOpen has returned, the telephony service does not know the line, and TSPI does not
 * say how soon after it does. */
#define NEW_CALL_RETRY_MS 250
#define NEW_CALL_OPENING_MS 2500

/* What TAPI asks for over a session of version 3. The Smart Messenger gives up after 8 s, and says so. */
#define REQUEST_MS 10000
#define SETTLED_MS 1000 /* what a request has changed is told before its result; a switch may take a moment longer */

/* The worker. Stopping it has to outlast a callback and what is still to be sent. */
#define CALLBACK_MS 5000 /* TAPI's; a longer one does not hold up the closing of a call: TAPI would wait for itself */
#define LINGER_MS 1000   /* a closed connection may still send for so long */
#define LINGER_POLL_MS 10
#define STOP_MS (CALLBACK_MS + LINGER_MS + 1000)

/* Settings. */
#define SETTLE_MS 100  /* who changes settings writes several values */
#define NO_KEY_MS 5000 /* without the settings' key there is nothing to wait for but time */

#endif
