"""A person's own settings."""

from offhook.http.answers import Answer
from offhook.http.endpoints import Endpoint
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.services import Services
from offhook.http.settings import Settings, SettingsChange


class SettingsResource:
    """`/settings`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        path = f"{BASE}/settings"
        return [
            Endpoint("GET", path, self._read, "The person's own settings", {200: Settings}),
            Endpoint(
                "PATCH",
                path,
                self._change,
                "Change those that are given (JSON Merge Patch)",
                {200: Settings},
                body=SettingsChange,
                problems=("not-allowed",),
            ),
        ]

    async def _read(self, asked: Asked) -> Answer:
        return Answer(200, await self._services.settings.of(asked.principal))

    async def _change(self, asked: Asked) -> Answer:
        return Answer(200, await self._services.settings.change(asked.principal, asked.body))
