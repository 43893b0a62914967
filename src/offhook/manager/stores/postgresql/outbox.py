"""`Outbox` in PostgreSQL, which several Call Managers deliver from: each letter by one of them at a time."""

from secrets import token_hex

from offhook.manager.outbox import Letter
from offhook.manager.stores.outbox import MEMBERS, StoredOutbox, letter_of
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.tables import Area, PostgresTables

CLAIM_S = 60.0
"""So long a letter that is being tried is left to who tries it: longer than any try. When that Call Manager
dies meanwhile, another one takes the letter afterwards."""

TRIED_AT = "CASE WHEN claimer = ? THEN next_at ELSE greatest(next_at, claimed) END"
"""When a letter is due for the one that asks."""

FIRST_OF_ITS_CALL = (
    "NOT EXISTS (SELECT 1 FROM letters AS other WHERE other.hook = one.hook AND other.call = one.call"
    " AND other.dead = 0 AND other.number < one.number)"
)


class PostgresOutbox(StoredOutbox):
    """The letters in a database that has our tables. `own`: the server is closed with it."""

    def __init__(self, server: Server, *, own: bool = False) -> None:
        super().__init__(PostgresTables(server, Area.OUTBOX, own=own))
        self._name = token_hex(8)

    def due(self, hook: str, now: float, limit: int) -> list[Letter]:
        """Those to be tried now, which nobody else tries: of each call only the oldest."""
        with self._tables.transaction() as database:
            rows = database.execute(
                "UPDATE letters SET claimed = ?, claimer = ?"
                " WHERE number IN (SELECT number FROM letters AS one"
                f" WHERE hook = ? AND dead = 0 AND {TRIED_AT} <= ? AND {FIRST_OF_ITS_CALL}"
                f" ORDER BY next_at LIMIT ?) RETURNING {MEMBERS}, number",
                (now + CLAIM_S, self._name, hook, self._name, now, limit),
            ).fetchall()
        rows.sort(key=lambda row: (row[5], row[-1]))
        return [letter_of(*row[:-1]) for row in rows]

    def next_at(self, hook: str) -> float | None:
        """When the next one of the webhook is to be tried; None if nothing waits."""
        ((found,),) = self._tables.read(
            f"SELECT min({TRIED_AT}) FROM letters AS one WHERE hook = ? AND dead = 0 AND {FIRST_OF_ITS_CALL}",
            self._name,
            hook,
        )
        return None if found is None else float(found)

    def failed(self, letter: Letter) -> None:
        """Keep the letter as it now is, for whoever tries it next."""
        super().failed(letter)
        with self._tables.transaction() as database:
            database.execute("UPDATE letters SET claimed = 0 WHERE id = ?", (letter.id,))
