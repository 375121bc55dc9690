"""Every sentence exists in both languages, and no view-model or state needs a display."""

import ast
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fieldapp import language
from fieldapp.viewmodels import moments
from shared.text import Language, Text

ROOT = Path(__file__).resolve().parents[3] / "fieldapp"
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/messages.po"


def sentences() -> set[str]:
    """Every msgid in the code and in the .kv files."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id == "_" and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    for path in ROOT.rglob("*.kv"):
        found |= set(re.findall(r"tr\._\('([^']*)'\)", path.read_text("utf-8")))
    return found


def test_the_english_catalogue_holds_every_sentence_and_no_other() -> None:
    with CATALOGUE.open("rb") as source:
        known = {str(message.id): str(message.string) for message in read_po(source) if message.id}
    assert sentences() - set(known) == set()
    assert set(known) - sentences() == set()
    assert [chinese for chinese, english in known.items() if not english] == []


def test_no_chinese_stands_bare_in_a_kv_file() -> None:
    bare = []
    for path in ROOT.rglob("*.kv"):
        for line in path.read_text("utf-8").splitlines():
            plain = re.sub(r"tr\._\('[^']*'\)", "", line)
            if re.search(r"[\u4e00-\u9fff]", plain) and "明察" not in plain:
                bare.append(f"{path.name}: {line.strip()}")
    assert bare == []


def test_view_models_do_without_kivy() -> None:
    script = (
        "import sys, pkgutil, importlib, fieldapp.viewmodels as package\n"
        "for each in pkgutil.iter_modules(package.__path__):\n"
        "    importlib.import_module(f'fieldapp.viewmodels.{each.name}')\n"
        "sys.exit('kivy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_language_changes_what_is_said() -> None:
    text = Text(zh="已封存", en="Sealed")
    assert (language.say(text), language.current()) == ("已封存", Language.ZH)
    language.use(Language.EN)
    assert (language.say(text), language.current()) == ("Sealed", Language.EN)


@pytest.mark.parametrize(
    ("said", "chinese", "english"),
    [
        (lambda: moments.day(date(2026, 11, 21)), "11月21日", "21 Nov"),
        (lambda: moments.full_day(date(2026, 3, 2)), "2026年3月2日", "2 Mar 2026"),
        (lambda: moments.span(date(2026, 3, 2), date(2026, 3, 2)), "3月2日", "2 Mar"),
        (
            lambda: moments.minute(datetime(2026, 11, 21, 1, 40, tzinfo=UTC)),
            "11月21日 09:40",
            "21 Nov 09:40",
        ),
        (lambda: moments.several(("王建国", "李秀英")), "王建国、李秀英", "王建国, 李秀英"),
        (lambda: moments.size(0), "0 KB", "0 KB"),
        (lambda: moments.size(8_808_038), "8.4 MB", "8.4 MB"),
        (lambda: moments.distance(85.4), "85 m", "85 m"),
        (lambda: moments.distance(1240), "1.2 km", "1.2 km"),
    ],
)
def test_times_and_sizes_are_said_as_people_do(said, chinese: str, english: str) -> None:
    assert said() == chinese
    language.use(Language.EN)
    assert said() == english
