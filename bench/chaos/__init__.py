"""`python -m bench.chaos`: several Call Managers on a bad day, and whether what was promised holds.

Each part has a network namespace of its own on one bridge: three Call Managers, three NATS servers,
PostgreSQL, and a telephone system (Asterisk with its phones). Faults come at random from a seed. Who judges
shares nothing with the nodes but the documented protocols: it hears every node's events over SSCP, what the
nodes tell each other over NATS, what Asterisk is asked over AMI, and what the phones say themselves.
"""
