"""What an Asterisk lacks for this driver, found out without doing anything there; for `offhook check`."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Sequence

from offhook.common.connecting import connect_error_text
from offhook.common.finding import Finding, Level
from offhook.config import AsteriskSettings, TerminalSettings
from offhook.errors import UnavailableError
from offhook.switch.asterisk.abilities import NEEDS, writes_itself
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.client import AmiClient
from offhook.switch.asterisk.devices import AWAY
from offhook.switch.asterisk.originate import NOBODY
from offhook.switch.asterisk.plan import CONTEXTS, SET
from offhook.switch.asterisk.session import LoginRefused, Reply

LIMIT_S = 6.0
"""How long connecting, and how long all questions together, may take."""

EVENT_S = 2.0
"""How long an event may be on its way."""

WHAT = "Asterisk"
MODULES = {"park": ("res_parking", "park"), "playdtmf": ("app_senddtmf", "sending of tones")}
"""Actions whose modules may be missing, and what is lost without them."""

_DENIED = "permission"
_UNKNOWN = "unknown command"


async def examine(settings: AsteriskSettings, terminals: Sequence[TerminalSettings]) -> list[Finding]:
    """One finding for the connection, one for each thing that is missing, one for each phone."""
    host, port = settings.address
    check = _Check(settings)
    try:
        async with asyncio.timeout(LIMIT_S):
            await check.client.attempted.wait()
    except TimeoutError:
        pass
    try:
        if not check.client.up:
            return [_unreachable(settings, check.client.problem)]
        connected = Finding(WHAT, f"{host}:{port} has taken the login of {settings.user}")
        async with asyncio.timeout(LIMIT_S):
            missing = await check.rights()
            missing += [] if missing else [*await check.context(), *await check.call_control()]
            return [connected, *missing, *[await check.phone(one) for one in terminals]]
    except (TimeoutError, UnavailableError):
        text = f"{host}:{port} leaves questions unanswered"
        return [Finding(WHAT, text, "see Asterisk's own log; it may be overloaded", Level.FAIL)]
    finally:
        await check.client.stop()


def _unreachable(settings: AsteriskSettings, problem: Exception | None) -> Finding:
    host, port = settings.address
    if isinstance(problem, LoginRefused):
        return Finding(
            WHAT,
            f"{host}:{port}: {problem}",
            f"set user and secret as in manager.conf [{settings.user}], with permit = for this machine",
            Level.FAIL,
        )
    if isinstance(problem, ssl.SSLCertVerificationError):
        return Finding(
            WHAT,
            f"{host}:{port} has a certificate that is not trusted ({problem.verify_message})",
            "set switch.asterisk.ca_file to its authority's certificate, and host to a name that is in it",
            Level.FAIL,
        )
    why = connect_error_text(problem) if isinstance(problem, OSError) else problem or "does not answer"
    return Finding(
        WHAT,
        f"{host}:{port}: {why}",
        "in manager.conf [general] set enabled = yes, and port and bindaddr (TLS: tlsenable, tlsbindaddr) as "
        "switch.asterisk has host and port",
        Level.FAIL,
    )


class _Check:
    def __init__(self, settings: AsteriskSettings) -> None:
        self._settings = settings
        self._responses: asyncio.Queue[str] = asyncio.Queue()
        self.client = AmiClient(settings, on_up=lambda: None, on_down=lambda: None, on_event=self._on_event)
        self.client.start()

    def _on_event(self, message: Message) -> None:
        if message.event == "OriginateResponse":
            self._responses.put_nowait(message.get("uniqueid"))

    async def rights(self) -> list[Finding]:
        """Those of the account in manager.conf."""
        channels = await self.client.ask("CoreShowChannels", [])
        hang_up = await self.client.ask("Hangup", [("Channel", NOBODY)])
        channel = f"offhook-check-{secrets.token_hex(8)}"
        originate = await self.client.ask(
            "Originate",
            [("Channel", NOBODY), ("Application", "NoOp"), ("Async", "true"), ("ChannelId", channel)],
        )
        lacking = [
            name
            for name, reply in (("reporting", channels), ("call", hang_up), ("originate", originate))
            if _denied(reply)
        ]
        found = [self._right("write", ",".join(lacking))] if lacking else []
        if not _denied(originate) and not await self._application_known(channel):
            found.append(self._right("read", "call"))
        return found

    def _right(self, kind: str, classes: str) -> Finding:
        user = self._settings.user
        return Finding(
            WHAT,
            f"the account {user} lacks {kind} = {classes}",
            f"in manager.conf [{user}] add it, then: manager reload",
            Level.FAIL,
        )

    async def _application_known(self, channel: str) -> bool:
        """Has the event come that says what became of the Originate?"""
        try:
            async with asyncio.timeout(EVENT_S):
                while await self._responses.get() != channel:
                    pass
        except TimeoutError:
            return False
        return True

    async def context(self) -> list[Finding]:
        """Is it in the dialplan, and are the modules there?"""
        name = self._settings.context
        found = []
        reply = await self.client.ask("ShowDialPlan", [("Context", name)])
        if not reply.good and not _denied(reply):
            found.append(
                Finding(
                    WHAT,
                    f"there is no context {name} in the dialplan",
                    "set switch.asterisk.context to the context of the phones (pjsip.conf, context =)",
                    Level.FAIL,
                )
            )
        states = await self.client.ask("DeviceStateList", [])
        if not states.good and _UNKNOWN in states.text.lower():
            found.append(
                Finding(
                    WHAT,
                    "it does not tell which phones are registered",
                    "in modules.conf load res_manager_devicestate.so",
                    Level.WARN,
                )
            )
        return found

    async def call_control(self) -> list[Finding]:
        """What is missing for hold, transfer and so on; without it they are not offered."""
        actions = (await self.client.ask("ListCommands", [])).response.names
        wanted = [one for one in CONTEXTS if one != SET or writes_itself(self._settings)]
        replies = [await self.client.ask("ShowDialPlan", [("Context", one)]) for one in wanted]
        contexts = [one for one, reply in zip(wanted, replies, strict=True) if reply.good]
        found = []
        if absent := [one for one in wanted if one not in contexts]:
            without = _features_without(set(contexts))
            found.append(
                Finding(
                    WHAT,
                    f"there is no {without}: the dialplan lacks the contexts {', '.join(absent)}",
                    "copy them from docs/asterisk.md into extensions.conf, then: dialplan reload",
                    Level.WARN,
                )
            )
        for action, (module, lost) in MODULES.items():
            if action not in actions:
                found.append(
                    Finding(WHAT, f"there is no {lost}", f"in modules.conf load {module}.so", Level.WARN)
                )
        return found

    async def phone(self, terminal: TerminalSettings) -> Finding:
        """Is it known, is it registered?"""
        device, what = self._settings.device(terminal.id), f"phone {terminal.id}"
        reply = await self.client.ask("Getvar", [("Variable", f"DEVICE_STATE({device})")])
        state = reply.response.get("value").upper()
        if state == "INVALID":
            fix = f"add the endpoint {device} (pjsip.conf), or correct switch.asterisk.channel"
            return Finding(what, f"Asterisk has no {device}", fix, Level.WARN)
        if state in AWAY:
            return Finding(what, "is not registered", f"register it at Asterisk as {device}", Level.WARN)
        if not state:
            return Finding(
                what, "its state is not known", "in modules.conf load func_devstate.so", Level.WARN
            )
        return Finding(what, f"is there ({state.lower().replace('_', ' ')})")


def _features_without(contexts: set[str]) -> str:
    lost = {feature.value for feature, (_, needed) in NEEDS.items() if not needed <= contexts}
    return ", ".join(sorted(lost)) or "forward, do-not-disturb"


def _denied(reply: Reply) -> bool:
    return not reply.good and _DENIED in reply.text.lower()
