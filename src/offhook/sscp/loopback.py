"""Which hosts are this machine, where a session may go without TLS."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Is this host, a name or an address, this machine and nothing else? An empty one is every address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
