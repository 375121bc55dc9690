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
