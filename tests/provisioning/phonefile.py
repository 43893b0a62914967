"""What administrators do about phones, on a file of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.desk import PhoneFile
from offhook.provisioning.models import Models

ADDRESS = "http://192.0.2.10:8088/"


@contextmanager
def a_phone_file(folder: Path) -> Iterator[PhoneFile]:
    """Phones may become terminal 4000 or 4001."""
    with closing(SqlitePhones(folder / "phones.sqlite")) as store:
        yield PhoneFile(store, Models(), ["4000", "4001"], lambda: ADDRESS)
