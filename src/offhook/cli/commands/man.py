"""`offhook man`."""

from argparse import ArgumentParser, Namespace

from offhook.cli.common import OK

SUMMARY = """Print the manual page of all commands, for man(1)."""

EXAMPLES = """\
  offhook man | man -l -
  offhook man > ~/.local/share/man/man1/offhook.1"""


def arguments(parser: ArgumentParser) -> None:
    """None."""


def run(options: Namespace) -> int:
    """Always 0."""
    from offhook.cli.manpage import manual_page

    print(manual_page(), end="")
    return OK
