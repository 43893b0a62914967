"""`offhook forward`."""

import json
from argparse import ArgumentParser, Namespace

from offhook.call import FORWARD_WHENS, Forward, Forwarding, ForwardWhen
from offhook.cli.callcontrol import Phone, add_phone, on_phone
from offhook.cli.common import OK, add_json
from offhook.cli.show import forwarding_fields, forwarding_text
from offhook.errors import UserError

SUMMARY = """Where calls to your phone are sent: shows it, sets it for one case, or ends it for one or all."""

EXAMPLES = """\
  offhook forward
  offhook forward set 4002
  offhook forward set 4002 --when busy
  offhook forward set "+82 (2) 568-3848" --when no-answer --after 20
  offhook forward off --when busy
  offhook forward off"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("action", choices=("show", "set", "off"), nargs="?", default="show")
    parser.add_argument("address", metavar="NUMBER", nargs="?", help="where to, written in any way")
    parser.add_argument(
        "--when",
        choices=[when.value for when in FORWARD_WHENS],
        help="set: in which case, always if not given; off: all if not given",
    )
    parser.add_argument(
        "--after", metavar="S", type=float, default=0.0, help="with no-answer: after so many seconds"
    )
    add_phone(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`, and `UserError` for what does not fit together."""
    if (options.address is None) == (options.action == "set"):
        raise UserError("a number goes with set, and only with it; see: offhook forward --help")
    return on_phone(options, lambda phone: _forward(options, phone))


async def _forward(options: Namespace, phone: Phone) -> int:
    if options.action != "show":
        await phone.perform(Forward(phone.terminal, await _wanted(options, phone)))
    state = await phone.state()
    if options.json:
        print(json.dumps([forwarding_fields(one) for one in state.forwardings], indent=2))
    else:
        lines = [f"{state.id}: {forwarding_text(one)}" for one in state.forwardings]
        print("\n".join(lines or [f"{state.id}: calls are not forwarded"]))
    return OK


async def _wanted(options: Namespace, phone: Phone) -> tuple[Forwarding, ...]:
    """What is to hold: the other cases stay as they are."""
    when = ForwardWhen(options.when) if options.when else None
    if options.action == "off" and when is None:
        return ()
    when = when or ForwardWhen.ALWAYS
    others = tuple(one for one in (await phone.state()).forwardings if one.when is not when)
    return others if options.action == "off" else (*others, Forwarding(when, options.address, options.after))
