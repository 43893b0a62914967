"""Several Call Managers as one: who owns which terminal, and how the others reach it."""
