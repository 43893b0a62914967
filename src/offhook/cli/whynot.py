"""Why a call came to nothing, as the Call Manager knows it. Imported only once that has happened."""

import asyncio
from argparse import Namespace

from offhook.call import Call, Cause, Terminal
from offhook.call.phrases import CAUSES, ended
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.cli.show import registration, safe
from offhook.errors import CallError, OffhookError, Refusal

ASK_LIMIT_S = 8.0
"""How long who waits for the reason waits for it at most: somewhat longer than it takes to connect."""

_HINTS = {
    Cause.NO_ANSWER: "try again later",
    Cause.INVALID_ADDRESS: "the number cannot be called as it is, see: offhook number",
    Cause.NOT_ALLOWED: "the PBX does not let your phone make this call; ask its administrator",
    Cause.TERMINAL_REJECTED: "it declined, or nobody lifted it; see whether it is set to do not disturb",
    Cause.FAILURE: "the log of offhook up says why, see also: offhook check",
}


class _Unknown(Exception):
    """The Call Manager cannot be asked; says why."""


def why_over(options: Namespace, call: Call, name: str) -> str:
    """Why a call that was dialled was not connected, and what to do. `name` is whom it went to."""
    cause = call.cause
    if cause is None:
        return "no reason was given"
    words = (ended(call) or CAUSES[cause]).replace("{name}", name)
    if words.startswith("You"):
        words = words[:1].lower() + words[1:]
    if cause in (Cause.UNREACHABLE, Cause.TERMINAL_UNAVAILABLE):
        try:
            phones = _phones(options)
        except _Unknown as error:
            return f"{words}; {error}"
        if cause is Cause.TERMINAL_UNAVAILABLE:
            return _why_silent("your own phone", phones.get(call.terminal))
        callee = call.callee.id
        if callee in phones:
            return _why_silent(f"phone {name}", phones[callee])
        config = config_for_login(options)
        own_switch = config.switch.chosen.registrar is not None and not config.sscp.url
        if own_switch and not config.trunks:
            from offhook.address import outside
            from offhook.assembly.directory import address_rules

            if outside(callee, address_rules(config)) is not None:
                return f"{words}: this switch has no way out; add a [[trunk]] to the configuration"
        return f"{words}: nobody has that number, or there is no way to it just now; see: offhook check"
    return "; ".join(filter(None, (words, _HINTS.get(cause, ""))))


def why_refused(options: Namespace, refusal: Refusal, terminal: str) -> str:
    """What is behind the refusal of a command, where the Call Manager knows more of it; else ""."""
    try:
        phones = _phones(options)
    except _Unknown as error:
        return str(error) if refusal is Refusal.UNAVAILABLE else ""
    own = phones.get(terminal) or (next(iter(phones.values())) if len(phones) == 1 else None)
    return _why_silent("your own phone", own) if own is not None and own.problem else ""


def _why_silent(whose: str, phone: Terminal | None) -> str:
    if phone is None or phone.in_service:
        return f"{whose} does not answer; check its network, see: offhook check"
    if phone.silent:
        return f"{whose} is {registration(phone)}; check its power and its network"
    if phone.problem:
        return f"{whose} is not registered: {safe(phone.problem)}"
    return f"{whose} is not registered; switch it on, see: offhook terminal list"


def _phones(options: Namespace) -> dict[str, Terminal]:
    """By their ids. Raises `_Unknown`."""
    found: dict[str, Terminal] = {}

    async def ask() -> int:
        async with asyncio.timeout(ASK_LIMIT_S), manager(config_for_login(options)) as session:
            found.update((one.id, one) for one in await session.terminals())
        return 0

    try:
        run_session(ask())
    except TimeoutError:
        raise _Unknown("the Call Manager takes too long to answer, see: offhook check") from None
    except CallError as error:
        raise _Unknown(str(error)) from None
    except (OffhookError, OSError) as error:
        raise _Unknown(f"the Call Manager cannot be asked for the reason: {error}") from None
    return found
