"""What the terminals of each switch are capable of, as docs/callcontrol.md says too."""

from __future__ import annotations

from tests.switch.scenes import features

CONTROL = features(
    "dial drop hold retrieve swap transfer consult complete complete-ringing complete-any dtmf"
)

EMBEDDED = CONTROL | features(
    "by-hand answer reject redirect pickup forward forward-busy forward-no-answer do-not-disturb"
)

ASTERISK = CONTROL | features(
    "by-hand answer reject redirect pickup conference conference-8 park unpark forward do-not-disturb"
)
"""With the keys and contexts that the tests configure."""

PBX = CONTROL | features("reject redirect")
PBX_THAT_ANSWERS = PBX | features("answer")
"""One that passes on what asks a phone to answer by itself (`answers`)."""

REFER = features("dial drop")
"""A PBX in `mode = "refer"`."""
