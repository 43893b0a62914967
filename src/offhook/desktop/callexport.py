"""Calls as a table for other programs: CSV, without formulas that a spreadsheet would run."""

import csv
import io
import unicodedata
from datetime import datetime

from offhook.call import Call, Cause
from offhook.desktop import formatting


def export_csv(calls: list[Call]) -> str:
    """The calls as CSV with a heading, times in ISO 8601 with offset, durations in seconds."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["direction", "name", "number", "terminal", "started", "seconds", "cause"])
    for call in calls:
        party = formatting.other_party(call)
        started = datetime.fromtimestamp(call.started).astimezone().isoformat(timespec="seconds")
        talked = formatting.talked(call)
        seconds = "" if talked is None else str(round(talked))
        cause = (call.cause or Cause.NORMAL).value if call.ended else ""
        row = [call.direction.value, party.name, party.id, call.terminal, started, seconds, cause]
        writer.writerow([_harmless(field) for field in row])
    return out.getvalue()


def _harmless(field: str) -> str:
    """Defuse formulas: a spreadsheet would run a name that begins like one, also after blanks or a quote, and
    with a full-width equals sign (U+FF1D)."""
    first = unicodedata.normalize("NFKC", field.lstrip(_BEFORE_FORMULA)[:1])
    formula = first in ("=", "+", "-", "@") or field[:1] in ("\t", "\r", "\n")
    return f"'{field}" if formula and not _is_number(field) else field


_BEFORE_FORMULA = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u2060\"'`"
"""Characters that programs ignore before a formula."""


def _is_number(field: str) -> bool:
    return field.lstrip("+-").replace(" ", "").isdecimal()
