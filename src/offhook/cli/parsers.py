"""The commands, and their arguments with help. Imports nothing that the command does not need.

A command is a module of `offhook.cli.commands` with `SUMMARY`, `EXAMPLES`, `arguments(parser)` and
`run(options)`, which returns the exit code.
"""

from argparse import ArgumentParser, HelpFormatter
from importlib import import_module
from typing import NoReturn

COMMANDS = {
    "init": "set Offhook up: phones, numbers, and the first call",
    "up": "run Smart Messenger and Call Manager until stopped",
    "messenger": "the Smart Messenger with its window",
    "open": "have the window call a tel: link",
    "demo": "make a call from end to end on this machine, with two phones of its own",
    "dial": "call a number from your phone",
    "drop": "end a call",
    "answer": "answer a call that rings at your phone",
    "reject": "refuse a call that rings at your phone",
    "redirect": "send a call that rings at your phone to another number",
    "hold": "put a call on hold",
    "retrieve": "take a call back from hold",
    "swap": "change between two calls",
    "transfer": "hand a call over to another number, at once or after talking to them",
    "complete": "connect your two calls with each other, and leave",
    "conference": "join your two calls, so that all talk",
    "dtmf": "send tones in a call",
    "park": "park a call where any phone may take it",
    "unpark": "take a parked call",
    "pickup": "take a call that rings at a colleague's phone",
    "forward": "show or set where calls to your phone are sent",
    "dnd": "do not disturb: on, off, or what holds",
    "missed": "the calls that you have missed, and that you have seen them",
    "calls": "list the calls that are up, or the call log",
    "search": "find people of the directory by name or number",
    "number": "show how a text is read as a number, and what would be dialled",
    "watch": "show phones and calls as they change",
    "status": "show how the Call Managers are, all of a cluster",
    "top": "show how much is going on: nodes, phones, calls, rates and trunks",
    "user": "add, list, change, log out and remove who may log in to the Call Manager",
    "terminal": "add, change, list, show and remove phones",
    "group": "add, change, list, show and remove groups of phones",
    "trunk": "add, change, list, show and remove accounts of providers, by which calls go outside",
    "incoming": "add, change, list, show and remove what rings for which number of a provider",
    "phone": "add, list, let in and remove phones that fetch their configuration",
    "cert": "make, show and renew the Call Manager's certificate, or trust one",
    "token": "show or renew the token of the Smart Messenger's telephone lines",
    "audit": "who logged in, dialled and dropped, from where, and what came of it",
    "webhook": "what waits to be told to programs elsewhere, and what could not be delivered",
    "state": "save what can be read of damaged files in the state folder",
    "tsp": "install the TAPI service provider on this Windows, and set up its lines",
    "find": "look for Call Managers on the local network",
    "config": "show where the configuration is, or change settings in it",
    "service": "have systemd run it, so that phones do not depend on a window",
    "completion": "print what completes commands in a shell",
    "man": "print the manual page",
    "update": "look for a newer version, and install it if you say so",
    "doctor": "look for what keeps this computer from dialling, and mend it",
    "check": "check configuration and reachability, and say what to do",
}

PURPOSE = "Open click-to-dial: from any TAPI application to the desk phone."

EXIT_CODES = """\
exit codes:
  0    done
  1    the call or the command failed; the reason is on standard error
  2    wrong usage or configuration
  3    Smart Messenger or Call Manager cannot be reached
  130  interrupted"""


PLACE = (
    "The configuration is --config FILE, $OFFHOOK_CONFIG, ./offhook.toml or offhook.toml in the user's own "
    "configuration folder, whichever comes first."
)


class Help(HelpFormatter):
    """Help whose description is wrapped to the terminal; examples and exit codes stay as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if not text.startswith(("examples:", "exit codes:")):
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in text.splitlines())


class Parser(ArgumentParser):
    """The parser of a command, or of a part of one (argparse makes those with the class of the whole)."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where there are examples."""
        command = " ".join(self.prog.split()[:2])  # a part of one has no examples of its own
        super().error(f"{message}; with examples: {command} --help")


def parser_of(name: str) -> ArgumentParser:
    """The command's arguments, with its help."""
    return _filled(Parser(prog=f"offhook {name}", formatter_class=Help), name)


def whole_parser() -> ArgumentParser:
    """The arguments of all commands, for what describes them all. Imports every command."""
    whole = ArgumentParser(prog="offhook", description=PURPOSE, epilog=EXIT_CODES, formatter_class=Help)
    whole.add_argument("-V", "--version", action="version", version="offhook", help="print the version")
    whole.add_argument("--color", choices=("auto", "always", "never"), help="when to print colours")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = _filled(commands.add_parser(name, help=summary, formatter_class=Help), name)
        command.description = summary
    return whole


def _filled(parser: ArgumentParser, name: str) -> ArgumentParser:
    command = import_module(f"offhook.cli.commands.{name}")
    parser.description = command.SUMMARY
    parser.epilog = f"examples:\n{command.EXAMPLES}\n\n{EXIT_CODES}"
    command.arguments(parser)
    return parser
