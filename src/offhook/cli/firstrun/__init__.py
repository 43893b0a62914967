"""The first run: what is asked, the configuration that comes of it, and waiting for the phones."""
