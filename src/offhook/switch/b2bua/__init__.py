"""Third-party call control (RFC 3725) over SIP: what the drivers that speak SIP have in common."""
