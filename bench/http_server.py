"""The server process of `http_dial` and `http_streams`: a Call Manager on a switch that takes no time.

`python -m bench.http_server FOLDER` prints the ports of SSCP and HTTP and a token, then answers each line on
standard input with its resident memory in bytes.
"""

import asyncio
import resource
import sys
from pathlib import Path

from argon2 import PasswordHasher

from bench.session_server import resident
from offhook.call import CAN_DIAL, Call, CallState, Cause, Features, Party, Terminal, advance, new_call_id
from offhook.common import eventloop
from offhook.common.garbage import tune_gc
from offhook.common.openfiles import Interface, share_among
from offhook.config import HttpSettings, Listen, SscpSettings
from offhook.http.server import HttpServer
from offhook.manager.authentication import Authenticator
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.server import SscpServer
from offhook.switch.base import CallChanged, Switch

TERMINALS = 1000


class AtOnce(Switch):
    """Takes each dial at once, and ends its call in the next turn of the loop."""

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def dial(self, terminal: str, address: str) -> Call:
        call = Call(
            new_call_id(), terminal, CallState.OFF_HOOK, Party("", terminal), Party("", address), 1000.0
        )
        over = advance(call, CallState.ON_HOOK, 1000.0, Cause.NORMAL)
        asyncio.get_running_loop().call_later(0.002, lambda: self._tell(CallChanged(over)))
        return call

    def drop(self, call_id: str) -> None:
        """There is never a call that lasts."""

    def features(self, terminal: str, call: Call | None = None) -> Features:
        return CAN_DIAL

    def in_service(self, terminal: str) -> bool:
        return True


async def main(folder: Path) -> None:
    tune_gc()
    share_among({Interface.SSCP: 1000, Interface.HTTP: 12_000})
    users = SqliteUsers(folder / "users.sqlite", hasher=PasswordHasher(1, 8, 1))
    log = SqliteCallLog(folder / "calls.sqlite")
    for number in range(250):
        users.add(f"u{number}", "x", terminals=[str(10_000 + number)])
    manager = CallManager(AtOnce(), [Terminal(str(10_000 + one), "Kim") for one in range(TERMINALS)], log)
    logins = Logins(Authenticator(users))
    sscp = SscpServer(manager, logins, SscpSettings(Listen("127.0.0.1", 0)))
    http = HttpServer(manager, logins, HttpSettings(Listen("127.0.0.1", 0)))
    await sscp.start()
    await http.start()
    print(sscp.port, http.port, users.local_token, flush=True)
    tokens = [users.issue_token(f"u{number}", 3600) for number in range(250)]
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(*tokens, flush=True)
    while await reader.readline():
        print(resident(), flush=True)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    eventloop.run(main(Path(sys.argv[1])))
