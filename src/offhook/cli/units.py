"""systemd units that run `offhook up`: one for a system's own account, one for the session of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "offhook.service"

PRIVILEGED_PORTS = 1024
"""Lower ports need a capability."""

_BASE = """\
[Unit]
Description=Offhook: click-to-dial and call control
{after}
[Service]
# It says when it is ready, how long it still waits for calls at its end, and that it lives (sd_notify(3))
Type=notify
NotifyAccess=main
WatchdogSec=60
ExecStart={command}
{account}Restart=on-failure
RestartSec=2
# 2 is a configuration that cannot be used: starting again would not mend it
RestartPreventExitStatus=2
TimeoutStopSec=15
UMask=0077
LimitNOFILE=65536
"""

_BY_SECCOMP = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
# AF_NETLINK: which addresses this machine has
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
"""
"""What also the manager of a person's session can do, which has no privileges."""

_BY_SYSTEM = """\
CapabilityBoundingSet={capabilities}
AmbientCapabilities={capabilities}
ProtectSystem=strict
ReadWritePaths={folder}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
"""

_INSTALL = """
[Install]
WantedBy={wanted}
"""

_NETWORK = "Wants=network-online.target\nAfter=network-online.target\n"


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a unit of the system runs as, and what it needs."""

    name: str
    state: Path
    """The state folder, the only one that may be written."""
    home_needed: bool = False
    """Is something that it reads below /home?"""
    low_port: bool = False


def unit(command: Sequence[str], account: Account | None = None, *, packaged: Path | None = None) -> str:
    """The unit's text; without an account that of a person's session.

    `packaged` is the configuration of a unit that comes with a package: before there is one it is skipped.
    """
    line = " ".join(map(quoted, command))
    if account is None:
        base = _BASE.format(command=line, account="", after="")
        return base + _BY_SECCOMP + _INSTALL.format(wanted="default.target")
    system = _BY_SYSTEM.format(
        capabilities="CAP_NET_BIND_SERVICE" if account.low_port else "",
        folder=quoted(str(account.state)),
        home="read-only" if account.home_needed else "yes",
    )
    after, accounts = _NETWORK, f"User={account.name}\n"
    if packaged is not None:
        after += f"ConditionPathExists={packaged}\n"
        accounts += f"Group={account.name}\nEnvironment=OFFHOOK_STATE_DIR={quoted(str(account.state))}\n"
    base = _BASE.format(command=line, account=accounts, after=after)
    return base + _BY_SECCOMP + system + _INSTALL.format(wanted="multi-user.target")


def quoted(text: str) -> str:
    """One word of a unit's line (systemd.syntax(7), systemd.service(5) "Command lines")."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return text if text and not set(text) & set(" \t'\"\\;") else f'"{text}"'
