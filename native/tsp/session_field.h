/* The fields of the TSP session's messages, and the words in them: what its codecs of all versions are made of. */
#ifndef OFFHOOK_SESSION_FIELD_H
#define OFFHOOK_SESSION_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/* A message with its ending is at most this many bytes. */
#define SESSION_MAX_MESSAGE 4096

/* Characters of an address, and bytes of a call's id. */
#define SESSION_MAX_ADDRESS 64
#define SESSION_MAX_CALL_ID 32

/* UTF-8, not terminated, without control characters and blanks around it; valid until the reader is touched again. */
struct session_text {
    const char *bytes;
    size_t length;
};

struct span {
    const char *at, *end;
};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool field_is_utf8(struct span text);

/* Control characters become blanks, as the other end's reader has it; where the text ends then. It is UTF-8. */
char *field_without_controls(char *text, const char *end);

/* The text up to the separator, and beyond it, trimmed; an empty one when there are no more. */
struct session_text field_next(struct span *rest, char separator);

bool field_is_word(struct session_text text, const char *word);

/* 1 for the first of the words, 0 for none of them. */
int field_which_word(struct session_text text, const char *const words[], int count);

bool field_is_call_id(struct session_text text);

/* A message being written, into a buffer of any size. */
struct session_writer {
    char *out;
    size_t size, length;
    bool full;
};

void field_put_plain(struct session_writer *writer, const char *text);
void field_put(struct session_writer *writer, const char *text); /* what may not stand in a field is replaced */
size_t field_end_message(struct session_writer *writer);         /* its length, or 0 when it does not fit */

#endif
