"""The Call Manager: users, terminals, calls and the call log; knows no switch by name and no session."""
