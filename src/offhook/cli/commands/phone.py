"""`offhook phone`."""

import json
import re
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from offhook.call.provisioned import PhoneAction, PhoneOrder, PhoneState
from offhook.cli.common import OK, add_config, add_json, read_stored
from offhook.cli.phoneoffice import PhoneOffice, office
from offhook.config import Config
from offhook.errors import PhoneError

SUMMARY = """Add, list, let in and remove desk phones that fetch their configuration from the Call Manager, by
[provisioning] of its configuration. What is changed holds at once, also while the Call Manager runs; with
sscp.url at the one there, for administrators."""

EXAMPLES = """\
  offhook phone models
  offhook phone add 80:5e:c0:12:34:56 --model baresip --terminal 4003
  offhook phone open 80:5e:c0:12:34:56 --for 30m
  offhook phone show 4003 --qr
  offhook phone list
  offhook phone reboot 80:5e:c0:12:34:56
  offhook phone close 80:5e:c0:12:34:56
  offhook phone remove 80:5e:c0:12:34:56"""

DEFAULT_S = 600
"""`grants.WINDOW_S`, which the help must not import."""

UNITS = {"s": 1, "m": 60, "h": 3600}


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="add|open|show|close|reboot|list|models|remove"
    )
    add = actions.add_parser("add", help="add a phone, which then may be let in")
    _add_mac(add)
    add.add_argument("--model", required=True, metavar="M", help="one of: offhook phone models")
    add.add_argument("--terminal", required=True, metavar="T", help="the [[terminal]] that it becomes")
    add.add_argument("--open", action="store_true", help="let it in at once, as `open` does")
    _add_for(add)
    open_ = actions.add_parser("open", help="let a phone in: it is told its password when it next asks")
    _add_mac(open_)
    _add_for(open_)
    url = actions.add_parser(
        "show", help="let a phone in, and show the secret address at which it is told its password"
    )
    url.add_argument("which", metavar="MAC|T", help="its MAC address, or its terminal if that has one phone")
    url.add_argument("--qr", action="store_true", help="as a QR code as well, for Linphone on a smartphone")
    _add_for(url)
    close = actions.add_parser("close", help="let it in no more, before the time is over")
    _add_mac(close)
    reboot = actions.add_parser("reboot", help="have a registered phone start anew, and fetch its files")
    _add_mac(reboot)
    reboot.add_argument(
        "--resync", action="store_true", help="have it fetch its files without starting anew, if it can"
    )
    show = actions.add_parser("list", help="list phones, and when each has fetched its configuration")
    add_json(show)
    models = actions.add_parser("models", help="list models that there are templates for")
    add_json(models)
    remove = actions.add_parser("remove", help="remove a phone: its password is good for nothing any more")
    _add_mac(remove)
    for action in (add, open_, url, close, reboot, show, models, remove):
        add_config(action)


def _add_mac(parser: ArgumentParser) -> None:
    parser.add_argument("mac", metavar="MAC", help="its MAC address, as on its back")


def _add_for(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--for",
        dest="seconds",
        metavar="TIME",
        type=_seconds,
        default=DEFAULT_S,
        help="how long, like 30m or 2h; 10m unless told",
    )


def _seconds(text: str) -> int:
    from offhook.provisioning.grants import MAX_WINDOW_S

    found = re.fullmatch(r"([1-9][0-9]{0,4})([smh])", text)
    seconds = 0 if found is None else int(found[1]) * UNITS[found[2]]
    if not 0 < seconds <= MAX_WINDOW_S:
        raise ArgumentTypeError(f"{text!r} is no time up to 24h; take one like 30m or 2h")
    return seconds


def run(options: Namespace) -> int:
    """Raises `PhoneError`, `CallError`, `ConfigError`."""
    import asyncio

    config = read_stored(options)

    async def act() -> None:
        async with office(config, options) as phones:
            await _ACTIONS[options.action](phones, config, options)

    asyncio.run(act())
    return OK


async def _add(phones: PhoneOffice, config: Config, options: Namespace) -> None:
    seconds = options.seconds if options.open else 0
    order = PhoneOrder(PhoneAction.ADD, options.mac, options.model, options.terminal, seconds)
    phone = (await phones.order_phone(order)).phone
    vendors = await phones.phone_models()
    vendor = next((one.vendor for one in vendors if phone.model in one.models), "")
    kind = phone.model if phone.model.startswith(vendor) else f"{vendor} {phone.model}"
    print(f"phone {_written(phone)} ({kind}) was added for terminal {phone.terminal}")
    if phone.open_until is not None:
        print(_open_until(phone.open_until))
    else:
        print(f"let it in when it is plugged in: offhook phone open {_written(phone)}")
    if not config.sscp.url and not config.provisioning.on:
        print("nothing is listening for it yet: set [provisioning] listen, and restart `offhook up`")


async def _open(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    order = PhoneOrder(PhoneAction.OPEN, options.mac, seconds=options.seconds)
    phone = (await phones.order_phone(order)).phone
    print(f"phone {_written(phone)} is let in; {_open_until(phone.open_until)}")


async def _show(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    mac = await _meant(phones, options.which)
    done = await phones.order_phone(PhoneOrder(PhoneAction.SHOW, mac, seconds=options.seconds))
    print(done.address)
    if options.qr:
        _print_qr(done.address)
    until, terminal = _clock(done.phone.open_until), done.phone.terminal
    print(f"Who first asks there before {until} is terminal {terminal}: show it to nobody else.")


async def _meant(phones: PhoneOffice, which: str) -> str:
    """The MAC address of the phone, which may be named by its terminal."""
    found = [one.mac for one in (await phones.phones()).phones if one.terminal == which]
    if len(found) > 1:
        raise PhoneError(f"terminal {which} has {len(found)} phones", "name one by its MAC address")
    return found[0] if found else which


def _print_qr(text: str) -> None:
    from offhook.common.qrcode import draw

    draw(text, sys.stdout)


async def _close(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    phone = (await phones.order_phone(PhoneOrder(PhoneAction.CLOSE, options.mac))).phone
    print(f"phone {_written(phone)} is let in no more")


async def _reboot(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    action = PhoneAction.RESYNC if options.resync else PhoneAction.REBOOT
    phone = (await phones.order_phone(PhoneOrder(action, options.mac))).phone
    print(f"phone {_written(phone)} was told to {'fetch its files' if options.resync else 'start anew'}")


async def _remove(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    phone = (await phones.order_phone(PhoneOrder(PhoneAction.REMOVE, options.mac))).phone
    print(f"phone {_written(phone)} was removed")


async def _list(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    from offhook.cli.show import safe, table

    found = await phones.phones()
    if options.json:
        print(json.dumps([_fields(one) for one in found.phones], ensure_ascii=False, indent=2))
        return
    rows = [("PHONE", "MODEL", "TERMINAL", "LET IN", "FETCHED", "FROM", "REGISTERED", "NOTE")]
    rows.extend(
        (
            _written(one),
            one.model,
            one.terminal,
            "no" if one.open_until is None else f"until {_clock(one.open_until)}",
            _clock(one.fetched),
            one.source or "-",
            _clock(one.registered),
            safe(_note(one)),
        )
        for one in found.phones
    )
    print("\n".join(table(rows)) if found.phones else "no phones; see: offhook phone add --help")
    for mac in map(safe, found.unreadable):
        print(
            f"what is kept of phone {mac} cannot be read: offhook phone remove {mac}, and add it anew",
            file=sys.stderr,
        )


def _note(phone: PhoneState) -> str:
    if not phone.stranger:
        return ""
    left = "a new password waits for it" if phone.password_waits else "it has a new password since"
    return f"{phone.stranger} asked for its files at {_clock(phone.stranger_at)}; {left}"


def _fields(phone: PhoneState) -> dict[str, object]:
    return {
        "mac": phone.mac,
        "model": phone.model,
        "terminal": phone.terminal,
        "open_until": phone.open_until,
        "fetched": phone.fetched,
        "from": phone.source or None,
        "user_agent": phone.user_agent or None,
        "registered": phone.registered,
        "stranger": phone.stranger or None,
        "stranger_at": phone.stranger_at,
        "password_waits": phone.password_waits,
    }


async def _models(phones: PhoneOffice, _config: Config, options: Namespace) -> None:
    from offhook.cli.show import table

    vendors = await phones.phone_models()
    if options.json:
        found = [{"vendor": one.vendor, "models": list(one.models)} for one in vendors]
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        rows = [("VENDOR", "MODELS"), *((one.vendor, ", ".join(one.models)) for one in vendors)]
        print("\n".join(table(rows)))


def _written(phone: PhoneState) -> str:
    from offhook.provisioning.values import written_mac

    return written_mac(phone.mac)


def _open_until(until: float | None) -> str:
    return f"whoever first asks for its files before {_clock(until)} gets them: plug it in now, or restart it"


def _clock(moment: float | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment)) if moment else "-"


_ACTIONS = {
    "add": _add,
    "open": _open,
    "show": _show,
    "close": _close,
    "reboot": _reboot,
    "list": _list,
    "models": _models,
    "remove": _remove,
}
