"""The log of the WebSocket library."""

import logging

frame_logger = logging.getLogger("offhook.sscp.websocket")
"""At DEBUG the library writes every frame, passwords and tokens included; so it never gets that far, whatever
the level of the loggers above. Its INFO is one line a connection, which the session's own log says better."""

frame_logger.setLevel(logging.WARNING)
