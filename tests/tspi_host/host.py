"""A telephony service that drives the provider as Windows' own does, and holds it to the rules of rules.py.

    with Host() as host:
        line = host.open(host.devices[0])
        call = line.dial("4001")
        call.reaches(State.CONNECTED)
        call.drop()

Every call into the DLL and every callback goes into one journal, which failed waits show. The rules are
looked at when the host ends: what a test did not look for is found all the same."""

import ctypes
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import byref, c_size_t, c_uint32
from itertools import count
from types import TracebackType
from typing import Any, Self

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import INITIALIZE_NEGOTIATION, Message, State, error_name
from tests.tspi_host.filled import Fetch, Filled, read
from tests.tspi_host.library import AsyncCompletion, Library, LineEvent
from tests.tspi_host.rules import Rules, what

LIMIT_S = 40.0
"""How long anything may take to come before the test fails."""

HANDLES = 0x7_0000_1000
"""Where the service's own handles begin: above 4 GiB, so that a truncated one is noticed."""

PROVIDER = 0x5_0000_0BAD
LOOK_S = 0.05
SHOWN = 60
KEPT = 4000


class Host:
    """The service. With a `library` it leaves that loaded. `devices` are the ids of
    the lines that the provider has now. With `whole` the Smart Messenger may tell of calls that come in:
    those that were announced are in `offered`, and `takes` says of each whether TAPI wants it."""

    def __init__(
        self,
        *,
        version: int = 0x20002,
        permanent: int = 0x21,
        base: int = 5,
        probe: bool = True,
        library: Library | None = None,
        whole: bool = False,
    ) -> None:
        self.version, self.permanent, self.base = version, permanent, base
        self.rules = Rules(whole=whole)
        self.offered: list[Call] = []
        self.takes: Callable[[Call], bool] = lambda call: True
        self.events: list[str] = []
        self.devices: list[int] = []
        self.calls: dict[int, Call] = {}
        self.lines: dict[int, Line] = {}
        self.requests: dict[int, Call] = {}
        self.changed = threading.Condition()
        self.journal: deque[tuple[float, int, str]] = deque(maxlen=KEPT)
        self.in_callback: Callable[[Call, int], None] | None = self.probe if probe else None
        """Done by another thread while the callback has not returned."""
        self.on_state: Callable[[Call, int], None] | None = None
        """Done by the callback's own."""
        self.started = False
        self._numbers = count(1)
        self._next_device = 0
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._workers: list[threading.Thread] = []
        self._probes: queue.SimpleQueue[tuple[Call, int, threading.Event] | None] = queue.SimpleQueue()
        # Referred to as long as the DLL may use them.
        self._on_completion = AsyncCompletion(self._completion)
        self._on_event = LineEvent(self._event)
        self._on_device = LineEvent(self._device)
        self._keeps = library is not None
        self.library = library or Library()

    # The service's life.

    def __enter__(self) -> Self:
        for run in (self._work, self._work_on_probes):
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            self._workers.append(thread)
        try:
            self.start()
        except BaseException:
            self._stop_workers()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self._stop_workers()
        if error is None:
            self.check()

    def start(self) -> None:
        """From the first negotiation to the device capabilities: what
        happens before any application may act."""
        assert self.negotiate(INITIALIZE_NEGOTIATION) == self.version
        lines, phones, options = c_uint32(0xA5), c_uint32(0xA5), c_uint32(0)
        self.must(
            "providerEnumDevices",
            self.permanent,
            byref(lines),
            byref(phones),
            PROVIDER,
            self._on_device,
            None,
        )
        assert phones.value == 0
        self.must(
            "providerInit",
            self.version,
            self.permanent,
            self.base,
            0,
            lines.value,
            0,
            self._on_completion,
            byref(options),
        )
        self.started = True
        assert options.value == 0, "any thread may enter at any time, so there is nothing to ask for"
        self.devices = list(range(self.base, self.base + lines.value))
        self._next_device = self.base + lines.value
        for device in self.devices:
            self.meet(device)

    def meet(self, device: int) -> None:
        """What the service does with each new device before it shows it to applications."""
        version = self.negotiate(device)
        extension = (c_uint32 * 4)(*[0xA5A5A5A5] * 4)
        self.must("lineGetExtensionID", device, version, extension)
        assert list(extension) == [0, 0, 0, 0], "there are no extensions"
        self.device_caps(device)
        self.address_caps(device)

    def stop(self) -> None:
        """lineClose for what is open, providerShutdown, FreeLibrary."""
        if self.library.crashed:
            return
        for line in list(self.lines.values()):
            line.close()
        if self.started:
            self.must("providerShutdown", self.version, self.permanent)
            self.started = False
            with self.changed:
                self.rules.shut_down()
        if not self._keeps:
            self.library.unload()

    def check(self) -> None:
        """Fail if any rule was broken."""
        with self.changed:
            problems = self.rules.problems
        assert not problems, f"{len(problems)} rules broken:\n  " + "\n  ".join(problems[:20]) + self.story()

    # Calls into the provider.

    def ask(self, name: str, *arguments: Any) -> int:
        """Call an export; its result."""
        self.note(f"> {name}{_shown(arguments)}")
        result = self.library.call(name, *arguments)
        self.note(f"  {name}: {error_name(result)}")
        return result

    def must(self, name: str, *arguments: Any) -> None:
        """Call a synchronous export that has no reason to fail."""
        result = self.ask(name, *arguments)
        assert result == 0, f"{name}{_shown(arguments)}: {error_name(result)}{self.story()}"

    def negotiate(self, device: int, low: int = 0x10003, high: int = 0x30001) -> int:
        """The version that the provider wants to speak."""
        agreed = c_uint32(0)
        self.must("lineNegotiateTSPIVersion", device, low, min(high, self.version), byref(agreed))
        return agreed.value

    def open(self, device: int, version: int | None = None) -> Line:
        """lineOpen and what the service does right after it; told of every change of the line's state."""
        line = Line(self, device, version or self.version, self.new_handle())
        with self.changed:
            self.rules.opened(line.ht, line.version)
            self.lines[line.ht] = line
        result = self.ask("lineOpen", device, line.ht, byref(line.hd), line.version, self._on_event)
        if result:
            with self.changed:
                self.rules.closed_line(line.ht)
                del self.lines[line.ht]
        assert result == 0, f"lineOpen: {error_name(result)}{self.story()}"
        assert line.hd.value, "lineOpen left *lphdLine zero"
        self.must("lineSetDefaultMediaDetection", line.hd, 0)
        line.wants()
        return line

    def device_caps(self, device: int, version: int | None = None, total: int | None = None) -> Filled:
        version = version or self.version
        return read(
            "LINEDEVCAPS", version, lambda at: self.ask("lineGetDevCaps", device, version, 0, at), total
        )

    def address_caps(self, device: int, version: int | None = None, total: int | None = None) -> Filled:
        version = version or self.version
        fetch: Fetch = lambda at: self.ask("lineGetAddressCaps", device, 0, version, 0, at)  # noqa: E731
        return read("LINEADDRESSCAPS", version, fetch, total)

    def new_handle(self) -> int:
        """A handle of the service's, for a line or a call."""
        return HANDLES + next(self._numbers) * 0x10

    def new_request(self) -> int:
        return 0x10000 + next(self._numbers)

    # Waiting.

    def wait(self, condition: Callable[[], bool], what: str, limit: float = LIMIT_S) -> None:
        """Wait until a condition is fulfilled, by what callbacks bring or by what it asks of the provider."""
        end = time.monotonic() + limit
        with self.changed:
            while not condition():
                if time.monotonic() > end:
                    break
                self.changed.wait(LOOK_S)
            else:
                return
        raise AssertionError(f"waited {limit:g} s for {what}{self.story()}")

    def story(self) -> str:
        """The journal's end."""
        entries = list(self.journal)[-SHOWN:]
        if not entries:
            return ""
        begin = entries[0][0]
        lines = [
            f"  {(at - begin) * 1000:9.1f} ms  thread {thread:5}  {text}" for at, thread, text in entries
        ]
        return "\nwhat happened:\n" + "\n".join(lines)

    def note(self, text: str) -> None:
        self.journal.append((time.perf_counter(), threading.get_native_id(), text))

    # Callbacks.

    @contextmanager
    def _callback(self, text: str) -> Iterator[None]:
        with self.changed:
            self.note(text)
            self.rules.begins()
        try:
            yield
        finally:
            with self.changed:
                self.rules.ends()
                self.note("< returned")
                self.changed.notify_all()

    def _completion(self, number: int, result: int) -> None:
        result &= 0xFFFFFFFF
        with self._callback(f"< completion of {number:#x}: {error_name(result)}"), self.changed:
            call = self.requests.pop(number, None)
            self.rules.completes(number, result, call.hd.value if call else 0)
            if call:
                call.completed(number, result)

    def _event(self, line: int, call: int, message: int, one: int, two: int, three: int) -> None:
        with self._callback(f"< {what(message, one, two)} line {line:#x} call {call:#x}"):
            known = self.calls.get(call)
            if message == Message.NEWCALL:
                self._new_call(line, one, two)
                return
            with self.changed:
                self.events.append(what(message, one, two))
                if message in (Message.CALLSTATE, Message.CALLINFO, Message.GENERATE):
                    self.rules.tells_of_call(line, call, message, one, two, three)
                    if known:
                        known.told(message, one, two)
                else:
                    self.rules.tells_of_line(line, message, one, two, three)
                    if line in self.lines:
                        self.lines[line].told(message, one, two, three)
            if known and self.on_state and message == Message.CALLSTATE:
                self.on_state(known, one)
            if known and self.in_callback and message == Message.CALLSTATE:
                self._meanwhile(known, one)

    def _new_call(self, line: int, hd: int, where: int) -> None:
        """LINE_NEWCALL: TAPI writes its handle of the call, as wide as a pointer, or leaves it."""
        with self.changed:
            opened = self.lines.get(line)
            if opened is None:
                self.rules.complain(f"LINE_NEWCALL for line {line:#x}, which is closed")
                return
            call = Call(opened, self.new_handle(), 0)
            call.hd.value, call.made = hd, 0
        if not self.takes(call):
            return
        with self.changed:
            self.rules.announced(line, call.ht)
            self.calls[call.ht] = call
            self.offered.append(call)
            self.events.append("NEWCALL")
            c_size_t.from_address(where).value = call.ht

    def is_offered(self, number: int = 1) -> Call:
        """Wait until so many calls were announced; the last one."""
        self.wait(lambda: len(self.offered) >= number, f"{number} calls to be announced")
        return self.offered[number - 1]

    def _device(self, line: int, call: int, message: int, one: int, two: int, three: int) -> None:
        with self._callback(f"< {what(message, one, two)}"), self.changed:
            if message == Message.CREATE:
                if (line, call, one, three) != (0, 0, PROVIDER, 0):
                    self.rules.complain(f"LINE_CREATE with {line:#x}, {call:#x}, {one:#x}, {three:#x}")
                self._jobs.put(lambda: self._created(two))
            elif message == Message.REMOVE and one in self.devices:
                self._jobs.put(lambda: self._removed(one))
            else:
                self.rules.complain(f"{what(message, one, two)} by the procedure for new lines")

    # What the service does when a callback has told it so; not from within it.

    def _created(self, temporary: int) -> None:
        device = self._next_device
        self._next_device += 1
        if self.ask("providerCreateLineDevice", temporary, device) == 0:
            self.meet(device)
            self.devices.append(device)

    def _removed(self, device: int) -> None:
        for line in list(self.lines.values()):
            if line.device == device:
                line.close()
        self.devices.remove(device)

    def _work(self) -> None:
        while job := self._jobs.get():
            try:
                job()
            except Exception as error:
                self.rules.complain(f"in the service's own thread: {error}")
            with self.changed:
                self.changed.notify_all()

    def _stop_workers(self) -> None:
        self._jobs.put(None)
        self._probes.put(None)
        for thread in self._workers:
            thread.join(LIMIT_S)

    # The service enters from other threads while the provider is in a callback.

    def _meanwhile(self, call: Call, state: int) -> None:
        done = threading.Event()
        self._probes.put((call, state, done))
        if not done.wait(LIMIT_S):
            self.rules.complain("another thread could not enter the provider while it was in a callback")

    def _work_on_probes(self) -> None:
        while task := self._probes.get():
            call, state, done = task
            try:
                if self.in_callback:
                    self.in_callback(call, state)
            except Exception as error:
                self.rules.complain(f"while in a callback: {error}")
            done.set()

    def probe(self, call: Call, state: int) -> None:
        """What is asked for within an event is at least as new as what the event tells."""
        if call.closing:
            return
        status = (ctypes.c_uint32 * 64)(256)
        result = self.library.call("lineGetCallStatus", call.hd, status)
        if result:
            if not call.closing:
                self.rules.complain(f"lineGetCallStatus within an event: {error_name(result)}")
        elif not self.rules.whole and not call.reached(State(state), State(status[3])):
            self.rules.complain(f"an event told of {State(state)!r} while the call was {State(status[3])!r}")


def _shown(arguments: tuple[Any, ...]) -> str:
    def one(value: Any) -> str:
        if isinstance(value, c_size_t | c_uint32):
            value = value.value
        if isinstance(value, int):
            return hex(value) if value > 9 else str(value)
        return repr(value) if isinstance(value, str | bytes | None) else "&"

    return f"({', '.join(one(argument) for argument in arguments)})"
