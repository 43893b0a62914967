/* The Test button: connects to a Smart Messenger and logs in, in a thread of its own. */
#ifndef OFFHOOK_DIALOG_TEST_H
#define OFFHOOK_DIALOG_TEST_H

#include "settings.h"

enum test_result {
    TEST_LOGGED_IN,
    TEST_OLD_VERSION,  /* it took the login, but names no version */
    TEST_REACHED,      /* it listens; no login was tried */
    TEST_REFUSED,      /* the login */
    TEST_NOT_ALLOWED,  /* the terminal */
    TEST_NO_TERMINAL,  /* none was named, and it has none */
    TEST_OVERLOADED,   /* it is too busy for a login */
    TEST_NO_HOST,      /* no address for that name */
    TEST_NOBODY,       /* nothing listens on the port */
    TEST_TIMEOUT,      /* nothing came back at all */
    TEST_UNREACHABLE,  /* no way to it */
    TEST_CLOSED,       /* it hung up without an answer */
    TEST_SILENT,       /* connected, but no answer to the login */
    TEST_STRANGE,      /* whatever it is, it is no Smart Messenger */
    TEST_BROKEN        /* anything else; the error tells */
};

struct test;

/* Posts `message` to the window with `number` as wParam when it is done. Without `login` it only connects. NULL when
 * there is no thread to be had. */
struct test *test_begin(const struct line_settings *line, bool login, HWND window, UINT message, WPARAM number);

/* After the message. `error` is a WSA code where there is one, or 0. */
enum test_result test_outcome(const struct test *test, DWORD *error);

/* Stop it if it still runs, without waiting, and forget it. NULL is fine. */
void test_end(struct test *test);

#endif
