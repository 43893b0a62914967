"""A whole site at one Call Manager: phones, sessions, calls, and a ledger of what each session was told."""
