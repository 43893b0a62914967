"""A SIP server elsewhere, a PBX or a provider: where it is, whether it answers, what it tells."""
