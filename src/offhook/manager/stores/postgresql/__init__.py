"""The stores of the Call Manager in PostgreSQL, 15 or newer. `psycopg` is known here alone."""
