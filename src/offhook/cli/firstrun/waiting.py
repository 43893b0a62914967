"""After the start: which phones have registered, and the first call."""

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence

from offhook.call import Call, CallState, Dial, Terminal
from offhook.cli.firstrun.choices import Phone
from offhook.cli.firstrun.questions import Say
from offhook.cli.managersession import manager
from offhook.cli.show import last_failure, outcome, safe
from offhook.config import Config
from offhook.errors import CallError
from offhook.sscp.client import SscpClient

Hear = Callable[[str], str]


async def wait_for_phones(config: Config, phones: Sequence[Phone], say: Say, hear: Hear | None) -> None:
    """Tell of each phone that registers; of two, offer a call if somebody can be asked, by `hear`.

    Ends when it is cancelled. Raises `CallError` if the Call Manager cannot be asked.
    """
    watch = _Watch(phones, say)
    async with manager(config, on_terminal=watch.on_terminal, on_call=watch.on_call) as client:
        await client.watch("*")
        for terminal in await client.terminals():
            watch.on_terminal(terminal)
        say("Waiting for the phones to register. Ctrl-C ends everything.")
        first, second = await watch.two_registered()
        say(f"Two phones are there. A call from the command line: offhook dial {second} --wait")
        if hear is not None and await _yes(hear, f"Call {second} from {first} now? [Y/n] "):
            await _first_call(client, watch, first, second, say)
        await asyncio.get_running_loop().create_future()


class _Watch:
    """What the phones do, told once for each change."""

    def __init__(self, phones: Sequence[Phone], say: Say) -> None:
        self._say, self._order = say, [phone.id for phone in phones]
        self._registered: list[str] = []
        self._failed: dict[str, str] = {}
        self._two = asyncio.get_running_loop().create_future()
        self.own = ""
        self.over = asyncio.Event()
        self._told: set[CallState] = set()

    def on_terminal(self, terminal: Terminal) -> None:
        name = " ".join(filter(None, (terminal.id, safe(terminal.name))))
        if terminal.in_service and terminal.id not in self._registered:
            self._registered.append(terminal.id)
            self._say(f"  {name} registered \N{CHECK MARK}")
        elif not terminal.in_service and terminal.id in self._registered:
            self._registered.remove(terminal.id)
            gone = "does not answer any more" if terminal.silent else "is not registered any more"
            self._say(f"  {name} {gone}")
        failure = "" if terminal.in_service or terminal.silent else last_failure(terminal)
        if failure and self._failed.get(terminal.id) != failure:
            self._say(f"  {name} could not register{failure}")
        self._failed[terminal.id] = failure
        if len(self._registered) > 1 and not self._two.done():
            self._two.set_result(None)

    async def two_registered(self) -> tuple[str, str]:
        """Wait until two are; in the order in which they were named."""
        await self._two
        first, second = sorted(self._registered, key=self._order.index)[:2]
        return first, second

    def on_call(self, call: Call) -> None:
        if call.terminal != self.own or call.state in self._told:
            return
        self._told.add(call.state)
        if call.state is CallState.ON_HOOK:
            self._say(f"  over: {outcome(call)}")
            self.over.set()
        else:
            self._say(f"  {WORDS[call.state].format(own=self.own, callee=call.callee.id)}")


WORDS = {
    CallState.OFF_HOOK: "{own} rings: lift it",
    CallState.PROCEED: "calling {callee}",
    CallState.RING_BACK: "{callee} rings",
    CallState.CONNECTED: "connected. Hang up when you like.",
}


async def _first_call(client: SscpClient, watch: _Watch, first: str, second: str, say: Say) -> None:
    watch.own = first
    try:
        watch.on_call(await client.perform(Dial(first, second)))
    except CallError as error:
        say(f"  {error}")
        return
    await watch.over.wait()
    say("That was it: offhook dial, tel: links, the window and TAPI programs do the same.")


async def _yes(hear: Hear, prompt: str) -> bool:
    """Ask without keeping the loop, or the end of the program, waiting for the answer."""
    loop, answered = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def set_once(answer: str) -> None:
        if not answered.done():
            answered.set_result(answer)

    def listen() -> None:
        try:
            answer = hear(prompt)
        except (EOFError, OSError):
            answer = "n"
        try:
            loop.call_soon_threadsafe(set_once, answer)
        except RuntimeError:  # it has ended meanwhile
            sys.stdout.write("\n")

    threading.Thread(target=listen, daemon=True, name="answer").start()
    return (await answered).strip().lower() in ("", "y", "yes")
