"""The card of one call, for pop-up and window: who it is, what happens, and buttons for what can be done."""
