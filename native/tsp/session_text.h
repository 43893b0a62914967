/* Texts of the session's messages: compared, and copied when they are ids of calls. */
#ifndef OFFHOOK_SESSION_TEXT_H
#define OFFHOOK_SESSION_TEXT_H

#include "session.h"

/* A terminated string as one. */
struct session_text session_text_of(const char *bytes);
bool session_text_equal(struct session_text one, struct session_text other);

/* Ids of calls. An empty id, which is not known yet, equals none. */
bool call_id_equal(const char *id, struct session_text text);
void call_id_copy(char *out, struct session_text id);

#endif
