"""`offhook demo`."""

from argparse import ArgumentParser, Namespace

SUMMARY = """Start everything on this machine with two phones of its own, make a call over the TSP session,
show each state of it, drop it. Takes a few seconds, needs no configuration and leaves nothing behind."""

EXAMPLES = """\
  offhook demo
  offhook demo --trunk"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--trunk",
        action="store_true",
        help="call the world outside instead, by the account of a provider that is played as well",
    )


def run(options: Namespace) -> int:
    """0 when the call went through, 1 with a reason."""
    from offhook.demo.run import main

    return main(trunk=options.trunk)
