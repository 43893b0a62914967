"""The pages of the documentation, and what stands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
)

FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
INLINE = re.compile(r"`([^`]+)`")

PARTS = re.compile(r"\s(?:\||&&|;|>>?|<)\s|\s&$")
"""Where a shell's line has another command, or a file."""


@dataclass(frozen=True)
class Command:
    """`offhook ...` as it stands somewhere."""

    page: str
    text: str
    whole: bool
    """A line to be typed as it is, not a mention in a sentence."""

    @property
    def words(self) -> list[str]:
        """Behind `offhook`."""
        return shlex.split(PARTS.split(self.text.replace("\\|", "|"))[0], comments=True)[1:]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    """The fenced blocks of these languages."""
    return [body for _, language, body in FENCED.findall(text_of(page)) if language in languages]


def commands(page: str) -> Iterator[Command]:
    """Every `offhook ...` that the page has, in blocks and in sentences."""
    text = text_of(page)
    for _, language, body in FENCED.findall(text):
        if language in ("sh", "", "powershell"):
            yield from lines(page, body.replace("\\\n", " "))
    rest = FENCED.sub("", text)
    for block in INDENTED.findall(rest):
        yield from lines(page, block)
    for span in INLINE.findall(INDENTED.sub("", rest)):
        line = " ".join(span.split())
        if re.match(r"offhook [a-z]", line):
            yield Command(page, line, whole=False)


def lines(page: str, body: str) -> Iterator[Command]:
    """The commands of a block, also behind `|` and `&&`."""
    for piece in (piece for line in body.splitlines() for piece in PARTS.split(line.partition(" # ")[0])):
        found = re.match(r"\s*(?:\$ )?(?:sudo (?:-u \w+ )?)?(?:\S*/)?(offhook(?:\.exe)? .*)", piece)
        if found:
            yield Command(page, found.group(1), whole=True)
