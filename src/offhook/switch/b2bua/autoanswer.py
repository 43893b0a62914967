"""The header fields that ask a phone to answer a call automatically."""

from __future__ import annotations

from collections.abc import Mapping

AUTO_ANSWER: Mapping[str, str] = {
    "Call-Info": "<sip:offhook.invalid>;answer-after=0",
    "Alert-Info": "<http://offhook.invalid>;info=alert-autoanswer;delay=0",
}
"""Which one is understood depends on the make of the phone, so all are sent."""
