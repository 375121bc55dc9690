import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import web
from server.web import assets

ROOM = Path(web.__file__).parent
TEMPLATES = sorted(ROOM.glob("templates/**/*.html"))
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:")


@pytest.mark.parametrize("name", assets.PACKAGES)
def test_a_listed_file_is_served_packed_and_may_be_kept(client: FlaskClient, name: str) -> None:
    packed = client.get(f"/static/vendor/{name}", headers={"Accept-Encoding": "gzip"})
    assert packed.status_code == 200
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    plain = client.get(f"/static/vendor/{name}")
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("path", ["vendor/package.json", "vendor/..%2fpackage.json", "fonts/x"])
def test_no_other_file_is(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_an_address_changes_with_the_file(app: Flask) -> None:
    with app.test_request_context():
        addresses = {assets.asset(name) for name in (*assets.PACKAGES, "css/console.css")}
    assert all(re.search(r"\?v=[0-9a-f]{12}$", address) for address in addresses)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_page_asks_nothing_of_another_host_and_runs_nothing_of_its_own(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert OUTSIDE.findall(source) == []
    assert INLINE.findall(source) == []


@pytest.mark.parametrize("path", sorted(ROOM.glob("static/**/*.*s")), ids=lambda path: path.name)
def test_our_own_files_ask_nothing_of_another_host(path: Path) -> None:
    assert OUTSIDE.findall(path.read_text(encoding="utf-8")) == []


def test_every_icon_a_page_names_is_in_the_set() -> None:
    named = set()
    for path in (*TEMPLATES, *ROOM.glob("**/*.py")):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"icon\(\"([a-z0-9-]+)\"", source))
        named |= set(re.findall(r"(?:Tone\.[A-Z]+, |icon=|empty\()\"([a-z0-9-]+)\"", source))
    folder = assets.nearest_node_modules() / "@tabler/icons/icons/outline"
    assert len(named) > 30
    assert sorted(name for name in named if not (folder / f"{name}.svg").exists()) == []


def test_the_door_page_is_light(client: FlaskClient) -> None:
    """Half a second of 3G (400 kbit/s) for everything; the other half is for handshakes."""
    page = client.get("/q/o/nothing")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.get_data(as_text=True))
    packed = {"Accept-Encoding": "gzip"}
    total = len(page.data) + sum(len(client.get(path, headers=packed).data) for path in files)
    assert len(files) <= 4
    assert total < 20_000
