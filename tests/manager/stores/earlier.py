"""Files as an earlier Offhook wrote them."""

CALLS_1 = """
CREATE TABLE calls (id TEXT PRIMARY KEY, terminal TEXT NOT NULL, direction TEXT NOT NULL, state TEXT NOT NULL,
 caller_name TEXT NOT NULL, caller TEXT NOT NULL, callee_name TEXT NOT NULL, callee TEXT NOT NULL,
 started REAL NOT NULL, connected REAL, ended REAL, cause TEXT) STRICT;
CREATE INDEX calls_by_time ON calls (started);
CREATE INDEX calls_by_terminal ON calls (terminal, started);
CREATE INDEX calls_live ON calls (ended) WHERE ended IS NULL;
INSERT INTO calls VALUES
 ('c1', '4000', 'outbound', 'OnHookState', 'Kim', '4000', 'Lee Min-ho', '4001', 1000.0, 1010.0, 1070.0,
  'normal'),
 ('c2', '4000', 'inbound', 'OnHookState', '', '0301234', 'Kim', '4000', 2000.0, NULL, 2010.0, 'no-answer'),
 ('c3', '4000', 'inbound', 'OnHookState', '', '0301234', 'Kim', '4000', 3000.0, NULL, 3010.0, 'rejected'),
 ('c4', '4000', 'inbound', 'RingBackState', '', '0301234', 'Kim', '4000', 4000.0, NULL, NULL, NULL);
PRAGMA user_version = 1;
"""
"""The call log before it knew of reasons, other parties and missed calls."""

USERS_1 = """
CREATE TABLE users (name TEXT PRIMARY KEY, password TEXT NOT NULL, administrator INTEGER NOT NULL,
 terminals TEXT NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (hash BLOB PRIMARY KEY, user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
 issued REAL NOT NULL, expires REAL NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO users VALUES
 ('kim', '$argon2id$v=19$m=8,t=1,p=1$E5dIMBctaWt1TkTXBGWegQ$UU8Ww2GHTleHsWF4AL6pd9sn8remfzZWkpBXTZd2rSs', 0,
  '["4000"]', 254733411073691628),
 ('root', '$argon2id$v=19$m=8,t=1,p=1$mYiPz2f7Kr5pQ8kPvu9vBg$hDHEZEZOOzD6CSKOgRbGM5VRXJ+bV6V392YNIPUj+Nk', 1,
  '[]', 3131309825825326902);
INSERT INTO tokens VALUES
 (X'EEA055CC79749A5B3CC42214ED8330D17A7630FF5815AA5C66F33269AD0487D3', 'kim', 1795766593.2, 11795766593.2);
PRAGMA user_version = 1;
"""
"""The users as the first commit that had any (4c4b5c80) wrote them, with `USERS_1_TOKEN`; with the call log
above that was all that it kept."""

USERS_1_TOKEN = "ybtDpRip08GmL0qzRkZ0hBuC5F2Uj-r9DVESinS_Uvo"
