"""Why nobody was reached, in the system's words."""

import os
import re

_TRIED = re.compile(r"\[(Errno|WinError) (\d+)\] (.*?)(?=, \[(?:Errno|WinError) \d+\] |$)", re.DOTALL)
"""What a text says of each address that was tried: the kind of number, the number, what failed."""

_CONNECT = "Connect call failed"


def connect_error_numbers(error: OSError) -> list[int]:
    """The errnos of all that failed, each once.

    asyncio makes one error without a number of those of several addresses.
    """
    if error.errno is not None:
        return [error.errno]
    return list(
        dict.fromkeys(int(number) for kind, number, _ in _TRIED.findall(str(error)) if kind == "Errno")
    )


def connect_error_text(error: OSError) -> str:
    """`Connection refused`; of several addresses each reason once, with commas between.

    asyncio tells the addresses in their place, which whoever asked says better.
    """
    if error.errno is None or _CONNECT in str(error):
        reasons = {_reason(int(number), text): None for _, number, text in _TRIED.findall(str(error))}
        if reasons:
            return ", ".join(reasons)
    if isinstance(error, TimeoutError) and not error.strerror:
        return "it does not answer"
    return error.strerror or str(error) or type(error).__name__


def _reason(number: int, text: str) -> str:
    return os.strerror(number) if text.startswith(_CONNECT) else text
