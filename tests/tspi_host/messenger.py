"""A Smart Messenger by script, on bare sockets: what it does with a dial follows from the address."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

END = b"\r\n\r\n"
LIMIT_S = 40.0

OFF_HOOK = "OffHookState"
PROCEED = "ProceedState"
RING_BACK = "RingBackState"
CONNECTED = "ConnectedState"
ANSWERED = ("Success", OFF_HOOK, PROCEED, RING_BACK, CONNECTED)
"""A call that is taken on and answered. Further steps: a cause, which ends the call; "Fail%reason"; "cut",
which ends the connection. No step at all: silence."""

NAMES = {"4001": "Lee Min-ho 이민호"}


class Session:
    """One connection. `terminal` is what it logged in as, `call` the call id and address of its newest
    call; `was_reset` if the peer broke it off rather than ended it."""

    def __init__(self, messenger: "Messenger", peer: socket.socket) -> None:
        self._messenger = messenger
        self._peer = peer
        self._turn = threading.RLock()  # who tells of a call, tells all that it has to tell
        self.terminal = "4000"
        self.call: tuple[str, str] | None = None
        self.was_reset = False

    def say(self, *messages: str) -> None:
        """Send messages, in one piece."""
        self._peer.sendall(b"".join(message.encode() + END for message in messages))

    def tell(
        self,
        state: str,
        *,
        kind: str = "CALL_STATE",
        cause: str = "",
        name: str | None = None,
        of: tuple[str, str] | None = None,
    ) -> None:
        """A Notify of the call, or of another one. An OnHookState forgets the call."""
        with self._turn:
            told = of or self.call
            assert told is not None
            call, address = told
            name = NAMES.get(address, "") if name is None else name
            tail = f"%{cause}" if cause else ""
            caller = f"Kim 철수%{self.terminal}"
            self.say(f"Notify%{kind}%{self.terminal}%{state}%{call}%{caller}%{name}%{address}{tail}")
            if state == "OnHookState" and told == self.call:
                self.call = None

    def step(self, *steps: str) -> None:
        """Go on with a call by steps as of ANSWERED."""
        with self._turn:
            for step in steps:
                self._step(step)

    def _step(self, step: str) -> None:
        if step == "cut":
            self.cut()
        elif step.endswith("State"):
            self.tell(step)
            if step == PROCEED:
                self.tell(step, kind="CALL_INFO")
        elif step.startswith(("Success", "Fail")):
            if step.startswith("Fail"):
                self.call = None
            self.say(f"Response%{step}")
        else:
            self.tell("OnHookState", cause=step)

    def cut(self) -> None:
        """End the connection."""
        with suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Serve until the peer or the messenger ends it."""
        rest = b""
        try:
            with suppress(OSError), self._noticing_a_reset():
                while data := self._peer.recv(65536):
                    *messages, rest = (rest + data).split(END)
                    for message in messages:
                        with self._turn:
                            self._hear(message.decode())
        finally:
            self._messenger.ended(self)
            self._peer.close()

    @contextmanager
    def _noticing_a_reset(self) -> Iterator[None]:
        try:
            yield
        except ConnectionResetError:
            self.was_reset = True
            raise

    def _hear(self, message: str) -> None:
        kind, name, *data = message.split("%")
        assert kind == "Action", message
        if name == "Login":
            self.terminal = data[0]
        elif name == "Dial":
            self.call = (self._messenger.new_call(), data[0])
        self._messenger.note(self, message)
        if name == "Login":
            answer, *steps = self._messenger.login or ("",)
            if answer:
                self.step(answer)
            self.call = self._messenger.live
            self.step(*steps)
        elif name == "Dial":
            self.step(*self._messenger.plan(data[0]))
        elif name == "Drop":
            self._drop()

    def _drop(self) -> None:
        if self._messenger.on_drop:
            self._messenger.on_drop(self)
        elif self.call is None:
            self.step("Fail%no-such-call")
        else:
            self.step("Success", "dropped")


class Messenger:
    """The server. `login` are the steps that answer a login, `live` a call (its id, its address) that was
    there before. `heard` are all messages of all connections, without their ends, `sessions` the open
    ones."""

    def __init__(
        self, scripts: Mapping[str, tuple[str, ...]] | None = None, *, otherwise: tuple[str, ...] = ANSWERED
    ) -> None:
        self._scripts, self._otherwise = scripts or {}, otherwise
        self.login: tuple[str, ...] = ("Success%2",)
        self.live: tuple[str, str] | None = None
        self.on_drop: Callable[[Session], None] | None = None
        self.heard: list[str] = []
        self.keeps = 0
        self.sessions: list[Session] = []
        self.connections = 0
        self.port = 0
        self._calls = 0
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None

    def new_session(self, peer: socket.socket) -> Session:
        return Session(self, peer)

    def plan(self, address: str) -> tuple[str, ...]:
        return self._scripts.get(address, self._otherwise)

    def new_call(self) -> str:
        with self._changed:
            self._calls += 1
            return f"c{self._calls}"

    def note(self, session: Session, message: str) -> None:
        with self._changed:
            self.heard.append(message)
            if self.keeps:
                del self.heard[: -self.keeps]
            self._changed.notify_all()

    def ended(self, session: Session) -> None:
        with self._changed:
            self.sessions.remove(session)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something to be heard, or for sessions to come and go."""
        with self._changed:
            if self._changed.wait_for(condition, LIMIT_S):
                return
        raise AssertionError(
            f"the Smart Messenger waited {LIMIT_S:g} s for {what}; it heard {self.heard[-20:]}"
        )

    def hears(self, message: str, times: int = 1) -> None:
        """Wait until a message has come so many times in all."""
        self.wait(lambda: self.heard.count(message) >= times, f"{message!r}, {times} times")

    def session(self) -> Session:
        """The only session, logged in."""
        self.wait(lambda: len(self.sessions) == 1, "one session")
        return self.sessions[0]

    def start(self) -> None:
        """Listen, at the port of before if there was one."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._accepting = self._run(self._accept, self._listener)

    def stop(self) -> None:
        """Stop listening, end all connections; as if it were killed."""
        if self._listener is None:
            return
        # Closing alone does not wake up who is in accept.
        listener, self._listener = self._listener, None
        with socket.create_connection(listener.getsockname()):
            self._accepting.join(LIMIT_S)
        listener.close()
        with self._changed:
            sessions = list(self.sessions)
        for session in sessions:
            session.cut()
        for thread in self._threads:
            thread.join(LIMIT_S)
            assert not thread.is_alive(), "a session of the scripted Smart Messenger does not end"
        self._threads.clear()

    def restart(self, *, remembers: bool) -> None:
        """Stop and start anew. If it remembers, it tells at the login of a call
        that was live, and that it is over."""
        with self._changed:
            calls = [session.call for session in self.sessions if session.call]
        self.stop()
        self.live = calls[0] if remembers and calls else None
        self.login = ("Success%2", CONNECTED, "failure") if self.live else ("Success%2",)
        self.start()

    def settle(self) -> None:
        """Wait for the threads of all sessions, which must have ended, and let
        go of their locks: each is a handle."""
        with self._changed:
            threads = [thread for thread in self._threads if thread is not self._accepting]
        for thread in threads:
            thread.join(LIMIT_S)
        with self._changed:
            self._threads = [thread for thread in self._threads if thread.is_alive()]

    def _run(self, target: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        with self._changed:
            self._threads = [known for known in self._threads if known.is_alive()] + [thread]
        thread.start()
        return thread

    def _accept(self, listener: socket.socket) -> None:
        while True:
            peer, _ = listener.accept()
            if self._listener is None:
                peer.close()
                return
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = self.new_session(peer)
            with self._changed:
                self.connections += 1
                self.sessions.append(session)
                self._changed.notify_all()
            self._run(session.run)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
