"""The header fields by which a phone knows that it is to answer a call by itself."""

from __future__ import annotations

from collections.abc import Mapping

AUTO_ANSWER: Mapping[str, str] = {
    "Call-Info": "<sip:offhook.invalid>;answer-after=0",
    "Alert-Info": "<http://offhook.invalid>;info=alert-autoanswer;delay=0",
}
"""Each make of phone reads another one."""
