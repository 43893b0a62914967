"""What `offhook check` says of the database of `[state]`."""

from collections.abc import Iterator

from offhook.assembly.database import unchanged_server
from offhook.common.finding import Finding, Level
from offhook.config import Config
from offhook.errors import ConfigError, UnavailableError

WHAT = "database"


def look_at_database(config: Config) -> Iterator[Finding]:
    """Can it be reached, and whose version are its tables? Changes nothing; silent where there is none."""
    try:
        with unchanged_server(config) as server:
            if server is None:
                return
            from offhook.manager.stores.postgresql.schema import MIGRATIONS, version_of

            found, product = version_of(server)
    except (ConfigError, UnavailableError) as error:
        yield Finding(WHAT, error.what, error.fix, Level.FAIL)
        return
    tables = "are as they should be"
    if found < len(MIGRATIONS):
        tables = "will be carried forward at the next start" if found else "will be made at the first start"
    yield Finding(WHAT, f"{server.place} answers (PostgreSQL {product}); its tables {tables}")
