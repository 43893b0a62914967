"""The provider's dialogs: the ids of their controls, and a line to type in."""

NAME, HOST, PORT, TERMINAL, TOKEN, TOKEN_HINT, TEST, TEST_RESULT, APPLY = range(101, 110)


REPORT = 119

LINES, ADD, EDIT, REMOVE = range(121, 125)


KIM = {"name": "Kim", "terminal": "4000", "host": "127.0.0.1", "port": 7700, "token": "s3cret"}
