"""Why nobody was reached, in the system's words."""

import os
import re


def connect_error_number(error: OSError) -> int:
    """Its errno, 0 if it has none.

    asyncio makes one error without a number of those of several addresses, if they failed alike.
    """
    if error.errno is not None:
        return error.errno
    numbers = {int(one) for one in re.findall(r"\[Errno (\d+)\]", str(error))}
    return numbers.pop() if len(numbers) == 1 else 0


def connect_error_text(error: OSError) -> str:
    """`Connection refused`. asyncio tells the address in its place, which whoever asked says better."""
    number = connect_error_number(error)
    if "Connect call failed" in str(error) and number:
        return os.strerror(number)
    if isinstance(error, TimeoutError) and not error.strerror:
        return "it does not answer"
    return error.strerror or str(error) or type(error).__name__
