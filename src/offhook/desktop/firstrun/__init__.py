"""The first run: a wizard where there is no configuration, the phones, and what to do with a broken one."""
