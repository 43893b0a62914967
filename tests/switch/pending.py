"""A phone that has a re-INVITE of its own open, which never comes here: it went to where nobody is now."""

from __future__ import annotations

import pytest

from offhook.demo.phone import Phone
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, make_response


class Pending:
    """From now on the phone refuses each INVITE inside of a call with 491, and takes nothing from it.

    `refused` are those; other requests are answered as ever.
    """

    def __init__(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        self._phone, self._as_ever, self._monkeypatch = phone, phone._in_dialog, monkeypatch
        self.refused: list[Request] = []
        self.updates: list[Request] = []
        monkeypatch.setattr(phone, "_in_dialog", self._refuse)

    def _refuse(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        if request.method == "INVITE":
            self.refused.append(request)
            self._phone.endpoint.respond(transaction, make_response(request, 491), now)
        else:
            if request.method == "UPDATE":
                self.updates.append(request)
            self._as_ever(transaction, request, now)

    def end(self) -> None:
        """Its own is over."""
        self._monkeypatch.setattr(self._phone, "_in_dialog", self._as_ever)
