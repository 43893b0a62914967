/* Numbers of the dialogs, their controls and texts; the texts are in offhook_tsp.rc. */
#ifndef OFFHOOK_RESOURCE_H
#define OFFHOOK_RESOURCE_H

#define ID_MANIFEST 2 /* what Windows looks for in a DLL */

#define ID_LINE_DIALOG 100
#define ID_NAME 101
#define ID_HOST 102
#define ID_PORT 103
#define ID_TERMINAL 104
#define ID_TOKEN 105
#define ID_TOKEN_HINT 106
#define ID_TEST 107
#define ID_TEST_RESULT 108
#define ID_APPLY 109

/* The labels before the fields, from here on. */
#define ID_LABEL 110

#define ID_REPORT 119

#define ID_LINES_DIALOG 120
#define ID_LINES 121
#define ID_ADD 122
#define ID_EDIT 123
#define ID_REMOVE 124

#define TEXT_TITLE 1000
#define TEXT_NEW_LINE_TITLE 1001
#define TEXT_COLUMN_NAME 1002
#define TEXT_COLUMN_TERMINAL 1003
#define TEXT_COLUMN_PLACE 1004
#define TEXT_ASK_REMOVE 1005
#define TEXT_LINE_GONE 1006
#define TEXT_CANNOT_READ 1007
#define TEXT_TOO_MANY_LINES 1008

#define TEXT_TOKEN_NONE 1010
#define TEXT_TOKEN_STORED 1011
#define TEXT_TOKEN_HIDDEN 1012
#define TEXT_TOKEN_NEW 1013
#define TEXT_TOKEN_TO_BE_REMOVED 1014

/* One for each enum report_manual, in its order. */
#define TEXT_REPORTS 1016

#define TEXT_NAME_MISSING 1020
#define TEXT_NAME_TAKEN 1021
#define TEXT_HOST_MISSING 1022
#define TEXT_HOST_WRONG 1023
#define TEXT_HOST_WITH_PORT 1024
#define TEXT_PORT_WRONG 1025
#define TEXT_TERMINAL_WRONG 1026
#define TEXT_TOKEN_WRONG 1027

#define TEXT_NOT_ALLOWED 1030
#define TEXT_STILL_NOT_ALLOWED 1031
#define TEXT_NO_ELEVATION 1032
#define TEXT_NOT_SAVED 1033

#define TEXT_TEST 1040
#define TEXT_TEST_STOP 1041
#define TEXT_TEST_RUNNING 1042
#define TEXT_TEST_STOPPED 1043
#define TEXT_TEST_NO_THREAD 1044

/* One for each enum test_result, in its order. */
#define TEXT_TEST_RESULTS 1050

#endif
