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
