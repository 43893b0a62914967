"""QR codes (ISO/IEC 18004), as the squares that they are drawn of."""

from typing import TextIO

import segno


def squares(text: str) -> list[str]:
    """Its rows, from above: `1` for each dark square, `0` for each light one. Whoever draws it leaves four
    light squares around it."""
    rows = segno.make(text, micro=False).matrix
    return ["".join("1" if square else "0" for square in row) for row in rows]


def draw(text: str, out: TextIO) -> None:
    """Draw it on a terminal."""
    segno.make(text, micro=False).terminal(out, border=2, compact=True)
