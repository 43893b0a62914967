"""An exception that is kept keeps nothing of where it was raised."""

import gc
import weakref

from offhook.common.tracebacks import forget_frames


class Something:
    error: Exception


def test_what_an_exception_and_its_cause_came_from_is_freed_at_once() -> None:
    def fail() -> tuple[Exception, "weakref.ref[Something]"]:
        own = Something()
        try:
            try:
                raise ValueError(own)
            except ValueError as error:
                error.args = ()
                raise OSError("as seen from outside") from error
        except OSError as error:
            own.error = error
            return error, weakref.ref(own)

    gc.disable()
    try:
        error, something = fail()
        assert something() is not None
        forget_frames(error)
        assert something() is None
        assert isinstance(error.__cause__, ValueError)
    finally:
        gc.enable()


def test_exceptions_that_refer_to_each_other_come_to_an_end() -> None:
    one, two = ValueError(), ValueError()
    one.__context__, two.__context__ = two, one
    forget_frames(one)
