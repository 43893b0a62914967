"""The types of members of messages, with their limits."""

from typing import Annotated

from msgspec import Meta

from offhook.call import Forwarding

MAX_WITHDRAWN = 100
"""Dials in one `withdraw`: each may clear a call, and all of them in one turn of the server's loop."""

CommandId = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""What JavaScript can count to without losing precision."""

Name = Annotated[str, Meta(max_length=128)]
Key = Annotated[str, Meta(max_length=64)]
Secret = Annotated[str, Meta(max_length=1024)]
Dialled = Annotated[str, Meta(max_length=256)]
DialIds = Annotated[list[Key], Meta(max_length=MAX_WITHDRAWN)]

Digits = Annotated[str, Meta(max_length=64, pattern="^[0-9A-Da-d*#,]*$")]
"""DTMF tones, and pauses."""

ToneLength = Annotated[int, Meta(ge=0, le=10_000)]
"""Milliseconds of a tone; 0 is the usual length."""

Forwardings = Annotated[tuple[Forwarding, ...], Meta(max_length=8)]
