#!/usr/lib/offhook/bin/python3
"""The health check of the image: asks /health of the Call Manager that runs in this container.

Ends with 0 when it answers 200, and 1 when it does not, or is silent for five seconds. Without
`metrics.listen` nobody can be asked: it says so, and ends with 0, as a container that is not asked is not
to be restarted.
"""

import http.client
import ssl
import sys
from pathlib import Path

from offhook.config import Config, load
from offhook.errors import ConfigError

LIMIT_S = 5.0


def health(config: Config) -> tuple[int, str]:
    """The exit code, and a line that tells why."""
    listen = config.metrics.listen
    if listen is None:
        return 0, "not asked: set metrics.listen"
    host, port = listen.here
    tls = config.metrics.tls_certificate or config.sscp.tls_certificate
    connection: http.client.HTTPConnection
    if tls:
        # The certificate is of the name that others know it by. Nothing secret is said or asked here.
        connection = http.client.HTTPSConnection(
            host, port, timeout=LIMIT_S, context=ssl._create_unverified_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=LIMIT_S)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return 1, f"{listen} does not answer: {error}"
    finally:
        connection.close()
    return (0, "ok") if status == 200 else (1, f"{listen} answers {status}")


def main(path: Path | None = None) -> int:
    """The configuration is $OFFHOOK_CONFIG."""
    try:
        code, why = health(load(path))
    except ConfigError as error:
        code, why = 1, str(error)
    print(why, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
