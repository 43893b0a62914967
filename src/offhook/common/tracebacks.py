"""What an exception keeps of where it was raised."""


def forget_frames(error: BaseException | None) -> None:
    """Give back the frames of an exception, and of those that it came from.

    They keep all local variables, mostly the connection whose error it is and what it had received. Who has
    the exception would otherwise be in a reference cycle, which lasts until the garbage collector comes.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
