"""The Call Manager: users, terminals, calls and the call log. It knows
neither a concrete switch nor a protocol."""
