"""Calls of the web interface as another program would make them: over HTTP, with a bearer token."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.system.demo.timeline import Failed

TIMEOUT_S = 30


@dataclass
class Api:
    """One person signed in. A refusal is a `Failed` that quotes the problem."""

    base: str
    token: str = ""

    @classmethod
    def sign_in(cls, base: str, username: str, password: str, totp: str = "") -> "Api":
        api = cls(base)
        said = {"username": username, "password": password, **({"totp": totp} if totp else {})}
        api.token = api.post("/auth/login", said)["token"]
        return api

    def get(self, path: str, **query: str | int) -> Any:
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: object | None = None) -> Any:
        return self._ask("POST", path, json=body)

    def put(self, path: str, body: object) -> Any:
        return self._ask("PUT", path, json=body)

    def refused(self, path: str) -> str:
        """The code with which a post is refused."""
        reply = self._sent("POST", path)
        if not reply.is_client_error:
            raise Failed(f"POST {path}: {reply.status_code}, not refused")
        return str(reply.json()["code"])

    def bytes_of(self, path: str) -> bytes:
        return self._send("GET", path).content

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        reply = self._send(method, path, **more)
        return reply.json() if reply.content else None

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        reply = self._sent(method, path, **more)
        if reply.is_error:
            raise Failed(f"{method} {path}: {reply.status_code} {reply.text[:400]}")
        return reply

    def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx.request(
            method, f"{self.base}/api/v1{path}", headers=headers, timeout=TIMEOUT_S, **more
        )
