"""A single instance for each user: a second start passes its arguments to the first one."""

import getpass
import hashlib
import json
import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

MAX_MESSAGE = 4096
"""Bytes of the arguments: a link is far shorter."""

WAIT_MS = 3000

LOOK_S = 0.1


def address(scope: str = "") -> str:
    """The name of this user's instance; `scope` distinguishes configurations."""
    return "offhook-" + hashlib.sha256(f"{getpass.getuser()}\n{scope}".encode()).hexdigest()[:16]


def hand_over(arguments: list[str], name: str) -> bool:
    """Pass the arguments to the running instance; False if there is none."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(json.dumps(arguments).encode() + b"\n")
    told = socket.waitForBytesWritten(WAIT_MS)
    heard = told and (socket.bytesAvailable() > 0 or socket.waitForReadyRead(WAIT_MS))
    socket.disconnectFromServer()
    return heard


def wait_for_end(name: str, limit_s: float) -> bool:
    """Wait until there is no such instance any more; False if there is one still."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        socket = QLocalSocket()
        socket.connectToServer(name)
        if not socket.waitForConnected(WAIT_MS):
            return True
        socket.disconnectFromServer()
        time.sleep(LOOK_S)
    return False


class SingleInstance(QObject):
    """Listens for later starts of the same user. `started` carries their arguments."""

    started = Signal(list)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        if not self._server.listen(name):
            # A stale socket of a killed instance: nobody answered there, otherwise we would not be here.
            QLocalServer.removeServer(name)
            self._server.listen(name)

    @property
    def listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda one=socket: self._on_data(one))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._on_data(socket)

    def _on_data(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MAX_MESSAGE:
                socket.abort()
            return
        line = bytes(socket.readLine(MAX_MESSAGE).data())
        socket.write(b"ok\n")
        socket.flush()
        try:
            arguments = json.loads(line)
        except ValueError:
            return
        if isinstance(arguments, list) and all(isinstance(one, str) for one in arguments):
            self.started.emit(arguments)
