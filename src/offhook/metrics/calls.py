"""What is counted of calls, terminals and commands: a listener of the Call Manager.

No number and no user becomes a label: what is measured may be seen by more people than who called whom.
"""

from collections import Counter as Counts
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from offhook.call import Call, CallState, Command, Dial, live
from offhook.manager.calls import NumberedCall
from offhook.manager.news import ManagerEvent
from offhook.metrics.families import Counter, Family, Gauge, Histogram, Labels

DIAL_BUCKETS = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""From a Dial to the INVITE it takes half a millisecond; a second means that the machine is overloaded."""

COMMAND_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A phone does what it is told in some tenths of a second; the switch gives up after 8 s."""

ANSWER_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 120.0)
"""People answer in some seconds; a phone rings for a minute."""

TALK_BUCKETS = (10.0, 30.0, 60.0, 180.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0)


class CallMetrics:
    """Counts what it hears by `on_event`, of the Call Manager's listeners, and by `on_command`."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._live: dict[str, tuple[CallState, float, float | None]] = {}
        """State, when it began, and when it was connected, of each live call."""
        way = ("direction",)
        self.begun = Counter(
            "offhook_calls_begun_total", "Calls that have begun, as a terminal has them.", way
        )
        self.ended = Counter(
            "offhook_calls_ended_total", "Calls that have ended, by their cause.", (*way, "cause")
        )
        self.answer = Histogram(
            "offhook_call_answer_seconds",
            "From the beginning of a call to its answer, in seconds.",
            ANSWER_BUCKETS,
            way,
        )
        self.talk = Histogram(
            "offhook_call_talk_seconds",
            "From the answer of a call to its end, in seconds.",
            TALK_BUCKETS,
            way,
        )
        self.dial = Histogram(
            "offhook_dial_to_invite_seconds",
            "From a Dial until the INVITE to the user's phone (or Asterisk's Originate) is sent, in seconds.",
            DIAL_BUCKETS,
        )
        self.asked = Histogram(
            "offhook_cluster_command_seconds",
            "How long another Call Manager of the cluster took for a command that was handed to it, by the"
            " result.",
            COMMAND_BUCKETS,
            ("result",),
        )
        self.commands = Histogram(
            "offhook_command_seconds",
            "How long the switch, and the phones, took for a command, in seconds.",
            COMMAND_BUCKETS,
            ("command",),
        )

    def families(self) -> list[Family]:
        """All of it."""
        return [
            self.begun,
            self.ended,
            Gauge("offhook_calls", "Calls that are live, by their state.", self._states, ("state",)),
            self.answer,
            self.talk,
            self.dial,
            self.commands,
            self.asked,
        ]

    def on_event(self, event: ManagerEvent) -> None:
        """A call or a terminal has changed."""
        if isinstance(event, NumberedCall):
            self._on_call(event.call)

    def on_command(self, command: Command[Any], seconds: float) -> None:
        """The switch has carried out a command, or refused it."""
        self.commands.observe(seconds, command.name)
        if isinstance(command, Dial):
            self.dial.observe(seconds)

    def _on_call(self, call: Call) -> None:
        way, now = call.direction.value, self._clock()
        before = self._live.get(call.id)
        if before is None:
            self.begun.add(way)
            # One that was found at the PBX after a restart has begun before us.
            before = (call.state, now, now if call.connected is not None else None)
            known = call.connected is not None
        else:
            known = before[2] is not None
        _, begun, connected = before
        if call.connected is not None and not known:
            connected = now
            self.answer.observe(now - begun, way)
        if live(call):
            self._live[call.id] = (call.state, begun, connected)
            return
        self._live.pop(call.id, None)
        cause = "" if call.cause is None else call.cause.value
        self.ended.add(way, cause)
        if connected is not None:
            self.talk.observe(now - connected, way)

    def _states(self) -> Mapping[Labels, float]:
        counts = Counts(state for state, _, _ in self._live.values())
        return {
            (label,): counts[state]
            for state, label in (
                (CallState.OFF_HOOK, "off-hook"),
                (CallState.PROCEED, "proceed"),
                (CallState.RING_BACK, "ringing"),
                (CallState.CONNECTED, "connected"),
            )
        }
