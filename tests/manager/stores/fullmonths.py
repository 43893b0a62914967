"""A call log in PostgreSQL with some months that have many calls, and the clocks that it was written by."""

from offhook.manager.stores.postgresql.server import Connection


class Clocks:
    """A wall clock, and a steady one."""

    lived = 0.0

    def wall(self) -> float:
        return 1_764_547_200.0 + self.lived

    def steady(self) -> float:
        return self.lived


def thirty_thousand_calls(connection: Connection, clocks: Clocks) -> None:
    """Ten thousand in each of three months, of 200 terminals in turn from 4000 on."""
    connection.execute(
        "INSERT INTO calls (id, terminal, direction, state, caller_name, caller, callee_name, callee,"
        " started, ended, cause) SELECT 'c' || n, (4000 + n %% 200)::text, 'outbound', 'OnHookState', '',"
        " '', '', '', %s + n * 259, %s + n * 259 + 5, 'normal' FROM generate_series(0, 29999) AS n",
        (clocks.wall(), clocks.wall()),
    )
    connection.execute("ANALYZE calls")
