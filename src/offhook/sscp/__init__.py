"""The session between clients and the Call Manager: SSCP version 1, JSON messages over WebSocket."""
