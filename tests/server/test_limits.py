from dataclasses import replace

from server.app import create_app
from server.work import Parts


def test_guessing_at_the_door_is_slowed_down(parts: Parts) -> None:
    app = create_app(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    client = app.test_client()
    sent = {"username": "nobody", "password": "x"}
    replies = [client.post("/api/v1/auth/login", json={**sent, "x": 1}) for _ in range(31)]
    assert [reply.status_code for reply in replies[:30]] == [422] * 30
    assert replies[30].status_code == 429
    assert replies[30].json["code"] == "too_many"
    assert int(replies[30].headers["Retry-After"]) > 0
    elsewhere = client.post(
        "/api/v1/auth/login", json={**sent, "x": 1}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 422


def test_behind_a_proxy_of_ours_callers_are_counted_by_their_own_address(parts: Parts) -> None:
    told = replace(parts.settings, rate_limits="on", proxies=1)
    client = create_app(replace(parts, settings=told)).test_client()

    def knock(address: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.1, {address}"}
        return client.post("/api/v1/auth/login", json={}, headers=headers).status_code

    assert [knock("192.0.2.1") for _ in range(31)][-1] == 429
    assert knock("192.0.2.2") == 422


def test_codes_to_sign_in_are_counted_by_address_too(parts: Parts) -> None:
    app = create_app(replace(parts, settings=replace(parts.settings, rate_limits="on")))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    replies = [client.post("/portal/sign-in", data={}).status_code for _ in range(6)]
    assert replies == [422] * 5 + [429]
