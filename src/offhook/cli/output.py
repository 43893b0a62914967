"""Standard output and error: with a code page that lacks letters, without a reader, or not there at all."""

import codecs
import os
import sys
from typing import TextIO

JSON_ERRORS = "offhook-json"
"""What the output's encoding lacks becomes an escape of JSON."""


def prepare(*, json: bool) -> None:
    """From here on, printing any name does not fail: a pipe or file of Windows has its code page, not UTF-8.

    What that lacks is shown as `?`, in JSON as `\\uXXXX`, which is the same there.
    """
    codecs.register_error(JSON_ERRORS, _escape)
    _set_errors(sys.stdout, JSON_ERRORS if json else "replace")
    _set_errors(sys.stderr, "backslashreplace")


def flush() -> None:
    """Write what is held back. Raises `BrokenPipeError`, and `OSError` for a disk that is full."""
    if sys.stdout is not None:  # None where standard output is closed
        sys.stdout.flush()


def give_up() -> None:
    """Nobody reads any more; the interpreter must not try again at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _set_errors(stream: TextIO | None, errors: str) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=errors)


def _escape(error: UnicodeError) -> tuple[str, int]:
    """A codec's error handler. Characters beyond U+FFFF are two escapes (RFC 8259 section 7)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = (text[at : at + 2].hex() for at in range(0, len(text), 2))
    return "".join(f"\\u{unit}" for unit in units), error.end
