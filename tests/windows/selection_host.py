"""Run by the Windows Python in Wine: what is selected in the program in front, and the clipboard then."""

import asyncio
import sys

from offhook.windows import selection

selection.write_text("a draft")
sys.stdout.write(asyncio.run(selection.copied_from_the_front()) + "\n")
sys.stdout.write(f"{selection.read_text()}\n")
