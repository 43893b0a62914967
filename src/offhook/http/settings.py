"""What a person has set for itself: kept by the Call Manager, so that it is there in every browser."""

import logging
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from offhook.errors import CallError, Refusal, UserError
from offhook.http.answers import encode
from offhook.manager.login import Logins
from offhook.manager.principal import EVERY_TERMINAL, LOCAL_USER, Principal

logger = logging.getLogger(__name__)

MAX_FAVOURITES = 200
MAX_EXTENSION = 8 * 1024
"""Bytes of JSON that programs may keep for their person."""

Language = Literal["", "en", "de", "ko"]
"""That of the page: "" for the browser's."""

Key = Annotated[str, Meta(max_length=64)]


class Favourite(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whom the person calls often."""

    name: Annotated[str, Meta(max_length=256)]
    number: Annotated[str, Meta(min_length=1, max_length=256)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """A person's own settings."""

    default_terminal: Key = ""
    language: Language = ""
    theme: Literal["", "light", "dark"] = ""
    confirm_before_dial: bool = False
    favourites: Annotated[list[Favourite], Meta(max_length=MAX_FAVOURITES)] = []
    extension: dict[str, Any] = {}


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed; null sets one back."""

    default_terminal: Key | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    theme: Literal["", "light", "dark"] | UnsetType | None = UNSET
    confirm_before_dial: bool | UnsetType | None = UNSET
    favourites: Annotated[list[Favourite], Meta(max_length=MAX_FAVOURITES)] | UnsetType | None = UNSET
    extension: dict[str, Any] | UnsetType | None = UNSET


class OwnSettings:
    """Reads and keeps them. A person without any has the defaults."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins

    async def of(self, principal: Principal) -> Settings:
        """The person's settings. What another version has kept and cannot be read counts as not set.

        Raises `CallError`.
        """
        raw = "" if principal.name == LOCAL_USER else await self._logins.settings(principal.name)
        if not raw:
            return Settings()
        try:
            return msgspec.json.decode(raw, type=Settings)
        except (msgspec.DecodeError, RecursionError) as error:
            logger.warning(
                "the settings of user %s cannot be read (%s); the defaults hold", principal.name, error
            )
            return Settings()

    async def change(self, principal: Principal, changes: SettingsChange) -> Settings:
        """Change those members that are given (RFC 7396). Raises `CallError`."""
        if principal.name == LOCAL_USER:
            raise CallError(
                Refusal.NOT_ALLOWED, "this account's own programs have no settings; log in as a user"
            )
        merged = _merged(msgspec.to_builtins(await self.of(principal)), msgspec.to_builtins(changes))
        try:
            found = msgspec.convert(merged, Settings)
        except msgspec.ValidationError as error:
            raise CallError(Refusal.BAD_REQUEST, f"{error}; nothing was changed") from error
        if len(encode(found.extension)) > MAX_EXTENSION:
            raise CallError(
                Refusal.BAD_REQUEST, f"extension has more than {MAX_EXTENSION} bytes; nothing was changed"
            )
        if found.default_terminal and not principal.may_use(found.default_terminal):
            raise CallError(
                Refusal.NOT_ALLOWED, f"default_terminal: you may not use terminal {found.default_terminal}"
            )
        try:
            await self._logins.keep_settings(principal.name, encode(found).decode())
        except UserError as error:
            raise CallError(Refusal.NOT_ALLOWED, str(error)) from error
        return found

    async def default_terminal(self, principal: Principal, settings: Settings | None = None) -> str:
        """The terminal that the person dials with, if there is a choice none without saying so; else ""."""
        own = settings or await self.of(principal)
        if own.default_terminal and principal.may_use(own.default_terminal):
            return own.default_terminal
        only = principal.terminals - {EVERY_TERMINAL}
        return next(iter(only)) if len(only) == 1 and EVERY_TERMINAL not in principal.terminals else ""


def _merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396). A favourite has no name of its own in it: the list is replaced whole."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
