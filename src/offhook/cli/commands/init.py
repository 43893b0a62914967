"""`offhook init`."""

import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import LOG_FORMAT, OK, complain
from offhook.config import Config, load, user_file
from offhook.errors import CallError

if TYPE_CHECKING:
    from offhook.cli.firstrun.choices import Phone

SUMMARY = """Set Offhook up with the embedded switch: asks for what it needs (or takes it from the options),
writes the configuration with a password for each phone, says what to type into each, starts, and waits for
them to register; then offers a first call. Where nobody can be asked, what is not given is as Return would
take it."""

EXAMPLES = """\
  offhook init
  offhook init --phones "4000=Kim,4001=Lee Min-ho" --country KR --outside-prefix 9
  offhook init --listen 127.0.0.1 --phones 4000-4009 --http --no-start --config offhook.toml"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--config", metavar="FILE", type=Path, help="the file to make (the user's own)")
    parser.add_argument(
        "--listen", metavar="HOST", help="this machine's address for phones; 0.0.0.0 is all of them"
    )
    parser.add_argument("--port", metavar="N", type=int, default=5060, help="its SIP port (5060)")
    parser.add_argument("--phones", metavar="LIST", help="like 4000=Kim,4001=Lee or 4000-4009")
    parser.add_argument("--country", metavar="CC", help='two letters, like KR; "" for none')
    parser.add_argument("--area", metavar="N", help="the site's area code, without the leading 0")
    parser.add_argument("--outside-prefix", metavar="N", help="what gets an outside line, like 9")
    parser.add_argument(
        "--http", action="store_true", default=None, help="serve the web page and the HTTP API"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--no-start", action="store_true", help="make the file, and start nothing")


def run(options: Namespace) -> int:
    """Raises `InitError`, `ConfigError`."""
    from offhook.cli.firstrun.choices import InitError, write
    from offhook.cli.firstrun.questions import Given, ask, without_asking
    from offhook.cli.phoneblock import AUTO_ANSWER, phone_block
    from offhook.common.listening import own_addresses

    file = (options.config or user_file()).absolute()
    if file.exists():
        raise InitError(
            f"{file} is there already: offhook up uses it, offhook terminal add gives it phones; "
            "to begin anew name another by --config FILE"
        )
    given = Given(
        host=options.listen,
        port=options.port,
        phones=options.phones,
        country=options.country,
        area=options.area,
        outside_prefix=options.outside_prefix,
        http=options.http,
    )
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not options.yes
    addresses = own_addresses()
    try:
        choices = ask(given, addresses, input, print) if asks else without_asking(given, addresses)
    except EOFError:
        raise InitError("there is no more input; nothing was made") from None
    write(file, choices)
    config = load(file, secrets=True)
    print(f"\n{file} was made. Type this into the phones:")
    for phone in config.terminals:
        print(f"\n{phone.id} {phone.name}".rstrip())
        print(
            "\n".join(f"  {line}" for line in (*phone_block(config, phone.id), f"password: {phone.password}"))
        )
    print(f"\n{AUTO_ANSWER}")
    if config.http.listen is not None:
        print(f"\nThe web page: http://{config.http.listen}/ after offhook user add NAME --terminal 4000")
    again = f" --config {options.config}" if options.config else ""
    if options.no_start:
        print(f"\nStart it with: offhook up{again}")
        if sys.platform == "linux":
            print(f"or have it run always: offhook service install{again}")
        return OK
    print(f"\nStarting, as `offhook up{again}` does the next time.", flush=True)
    return _start(config, choices.phones, asks)


def _start(config: Config, phones: Sequence["Phone"], asks: bool) -> int:
    from offhook.assembly.run import System
    from offhook.assembly.run import run as run_assembly
    from offhook.assembly.startable import check_settings
    from offhook.cli.firstrun.waiting import wait_for_phones

    check_settings(config, None)
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)

    def say(text: str) -> None:
        print(text, flush=True)

    async def beside(_system: System) -> None:
        try:
            await wait_for_phones(config, phones, say, input if asks else None)
        except CallError as error:
            complain(str(error))

    run_assembly(config, beside=beside)
    return OK
