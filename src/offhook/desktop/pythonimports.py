"""Leaves `import` as it is in Python. To be imported before anything of PySide6.

With shiboken6, on which PySide6 stands, comes another `__import__`. It reads the source of each module that
is imported from then on, to see who could mean PySide6's features (`from __feature__ import snake_case`),
which nothing here uses. `linecache` keeps what was read: 10 MiB of lines in a window that stays open all
day, and they are read anew at each start.
"""

import builtins

_import = builtins.__import__
try:
    import shiboken6  # noqa: F401
finally:
    builtins.__import__ = _import
