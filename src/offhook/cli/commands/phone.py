"""`offhook phone`."""

import json
import re
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import OK, add_config, add_json, read_config
from offhook.config import Config
from offhook.errors import CallError, PhoneError, Refusal, UnavailableError
from offhook.manager.phones import DONE, SENT, ProvisionedPhone
from offhook.manager.ports import PhoneStore

if TYPE_CHECKING:
    from offhook.provisioning.models import Models

SUMMARY = """Add, list, let in and remove desk phones that fetch their configuration from the Call Manager, by
[provisioning] of the configuration. What is changed holds at once, also while the Call Manager runs."""

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

TAKEN_S = 5.0
"""How long a running Call Manager may need to see the order, which it looks for every second."""

ANSWERED_S = 6.0
"""How long a phone may need to answer. SIP itself would wait for half a minute."""

LOOK_AGAIN_S = 0.2

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
    """Raises `PhoneError`, `ConfigError`."""
    config = read_config(options)
    if options.action == "models":
        return _models(config, options)
    from offhook.assembly.provisioning import open_phones
    from offhook.common.statefolder import make_folder

    folder = config.state.dir
    make_folder(folder, serving=False)
    with closing(open_phones(folder)) as phones:
        try:
            _ACTIONS[options.action](phones, config, options)
        except UnavailableError as error:
            raise PhoneError(f"{folder / 'phones.sqlite'}: nothing was changed: {error}") from error
    return OK


def _add(phones: PhoneStore, config: Config, options: Namespace) -> None:
    from offhook.provisioning.grants import new_secret, opened
    from offhook.provisioning.values import read_mac

    vendor, model = _known_models(config).find(options.model)
    if options.terminal not in [one.id for one in config.terminals]:
        raise PhoneError(
            f"there is no terminal {options.terminal[:40]!r}",
            f"add it: offhook terminal add {options.terminal[:40]}",
        )
    phone = ProvisionedPhone(
        mac=read_mac(options.mac), model=model, terminal=options.terminal, secret=new_secret()
    )
    phones.add(opened(phone, time.time() + options.seconds) if options.open else phone)
    kind = model if model.startswith(vendor.title) else f"{vendor.title} {model}"
    print(f"phone {_written(phone)} ({kind}) was added for terminal {phone.terminal}")
    if options.open:
        print(_open_until(time.time() + options.seconds))
    else:
        print(f"let it in when it is plugged in: offhook phone open {_written(phone)}")
    if not config.provisioning.on:
        print("nothing is listening for it yet: set [provisioning] listen, and restart `offhook up`")


def _open(phones: PhoneStore, _config: Config, options: Namespace) -> None:
    from offhook.provisioning.grants import opened

    until = time.time() + options.seconds
    phone = _change(phones, options.mac, lambda phone: opened(phone, until))
    print(f"phone {_written(phone)} is let in; {_open_until(until)}")


def _show(phones: PhoneStore, config: Config, options: Namespace) -> None:
    from offhook.provisioning.grants import opened, path_of

    base, until = _address(config), time.time() + options.seconds
    phone = _change(phones, _meant(phones, options.which), lambda phone: opened(phone, until, path_only=True))
    vendor, _ = _known_models(config).find(phone.model)
    address = vendor.told(f"{base}p/{path_of(phone)}/", phone.mac)
    print(address)
    if options.qr:
        _print_qr(address)
    print(
        f"Who first asks there before {_clock(until)} is terminal {phone.terminal}: show it to nobody else."
    )


def _meant(phones: PhoneStore, which: str) -> str:
    """The MAC address of the phone, which may be named by its terminal."""
    found = [one.mac for one in phones.list() if one.terminal == which]
    if len(found) > 1:
        raise PhoneError(f"terminal {which} has {len(found)} phones", "name one by its MAC address")
    return found[0] if found else which


def _address(config: Config) -> str:
    """Where phones fetch their files, as they are told."""
    from offhook.common.network import host_port

    settings = config.provisioning
    listen = settings.tls_listen or settings.listen
    if listen is None:
        raise PhoneError("phones can fetch nothing", "set [provisioning] listen, and restart `offhook up`")
    host = settings.host or listen.host
    if host in ("", "0.0.0.0", "::"):
        raise config.error(
            "provisioning.host",
            "is missing: it is not known by which name or address phones reach this machine",
            "set it",
        )
    return f"{'http' if settings.tls_listen is None else 'https'}://{host_port(host, listen.port)}/"


def _print_qr(text: str) -> None:
    import segno

    segno.make(text, micro=False).terminal(sys.stdout, border=2, compact=True)


def _close(phones: PhoneStore, _config: Config, options: Namespace) -> None:
    from offhook.provisioning.grants import closed

    print(f"phone {_written(_change(phones, options.mac, closed))} is let in no more")


def _reboot(phones: PhoneStore, _config: Config, options: Namespace) -> None:
    order = "resync" if options.resync else "reboot"
    phone = _change(phones, options.mac, lambda phone: replace(phone, order=order, answer=""))

    def now() -> ProvisionedPhone:
        return next((one for one in phones.list() if one.mac == phone.mac), phone)

    if not _within(TAKEN_S, lambda: not now().order):
        _change(phones, options.mac, lambda phone: replace(phone, order=""))
        raise CallError(Refusal.UNAVAILABLE, "no Call Manager has taken the order; start it: offhook up")
    _within(ANSWERED_S, lambda: now().answer != SENT)
    answer = now().answer
    if answer == SENT:
        raise PhoneError(f"phone {_written(phone)} has not answered", "restart it by hand")
    if answer != DONE:
        raise PhoneError(f"phone {_written(phone)}: {answer}")
    print(f"phone {_written(phone)} was told to {'fetch its files' if options.resync else 'start anew'}")


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    """Wait so long for it; was it done?"""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_AGAIN_S)
    return True


def _remove(phones: PhoneStore, _config: Config, options: Namespace) -> None:
    from offhook.provisioning.values import read_mac, written_mac

    mac = read_mac(options.mac)
    if not phones.remove(mac):
        raise _no_such(options.mac)
    print(f"phone {written_mac(mac)} was removed")


def _list(phones: PhoneStore, _config: Config, options: Namespace) -> None:
    from offhook.cli.show import safe, table

    known, now = phones.list(), time.time()
    if options.json:
        print(json.dumps([_fields(one) for one in known], ensure_ascii=False, indent=2))
        return
    rows = [("PHONE", "MODEL", "TERMINAL", "LET IN", "FETCHED", "FROM", "REGISTERED", "NOTE")]
    rows.extend(
        (
            _written(one),
            one.model,
            one.terminal,
            f"until {_clock(one.window_until)}" if one.window_until > now else "no",
            _clock(one.fetched),
            one.source or "-",
            _clock(one.registered),
            safe(_note(one)),
        )
        for one in known
    )
    print("\n".join(table(rows)) if known else "no phones; see: offhook phone add --help")
    for mac in phones.unreadable():
        print(
            f"what is kept of phone {safe(mac)} cannot be read: offhook phone remove {safe(mac)}, and add it"
            " anew",
            file=sys.stderr,
        )


def _note(phone: ProvisionedPhone) -> str:
    if not phone.stranger:
        return ""
    left = "a new password waits for it" if phone.renew else "it has a new password since"
    return f"{phone.stranger} asked for its files at {_clock(phone.stranger_at)}; {left}"


def _fields(phone: ProvisionedPhone) -> dict[str, object]:
    return {
        "mac": phone.mac,
        "model": phone.model,
        "terminal": phone.terminal,
        "open_until": phone.window_until or None,
        "fetched": phone.fetched or None,
        "from": phone.source or None,
        "user_agent": phone.user_agent or None,
        "registered": phone.registered or None,
        "stranger": phone.stranger or None,
        "stranger_at": phone.stranger_at or None,
        "password_waits": phone.renew,
    }


def _models(config: Config, options: Namespace) -> int:
    from offhook.cli.show import table

    vendors = _known_models(config).vendors.values()
    if options.json:
        found = [{"vendor": one.title, "models": list(one.models)} for one in vendors]
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        rows = [("VENDOR", "MODELS"), *((one.title, ", ".join(one.models)) for one in vendors)]
        print("\n".join(table(rows)))
    return OK


def _known_models(config: Config) -> "Models":
    from offhook.provisioning.models import Models

    templates = config.provisioning.templates
    return Models(None if templates == Path() else templates)


def _change(
    phones: PhoneStore, mac: str, change: Callable[[ProvisionedPhone], ProvisionedPhone]
) -> ProvisionedPhone:
    from offhook.provisioning.values import read_mac

    found = phones.change(read_mac(mac), change)
    if found is None:
        raise _no_such(mac)
    return found


def _no_such(mac: str) -> PhoneError:
    return PhoneError(f"there is no phone {mac[:40]!r}", "see: offhook phone list")


def _written(phone: ProvisionedPhone) -> str:
    from offhook.provisioning.values import written_mac

    return written_mac(phone.mac)


def _open_until(until: float) -> str:
    return f"whoever first asks for its files before {_clock(until)} gets them: plug it in now, or restart it"


def _clock(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment)) if moment else "-"


_ACTIONS = {
    "add": _add,
    "open": _open,
    "show": _show,
    "close": _close,
    "reboot": _reboot,
    "list": _list,
    "remove": _remove,
}
