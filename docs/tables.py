"""Tables of the documentation, made from the code, so that they cannot say something else.

A page holds `<!-- table: NAME -->` and `<!-- end of table -->`; what stands between is written by
`python -m docs`. To add a table, add a function to `TABLES`.
"""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from marshmallow import Schema, fields

import shared
from fieldapp.theme.paint import CALM, SUNLIGHT, Colour, Palette
from server import refusals
from server.errors import status_of
from server.services import (
    cursors,
    device_tokens,
    devices,
    enrolment,
    evidence,
    file_types,
    intake,
    key_certificates,
    quarantine,
    rulings,
    uploads,
)
from server.services.visit_rules import SAID
from shared import tokens
from shared.case_file.report import NOTES
from shared.case_file.sentences import SENTENCES
from shared.errors import DomainError, every_error
from shared.events.kinds import NAMES, OFFICER_SIGNED, EventKind
from shared.events.payloads import PAYLOADS
from shared.flow.ask import Gate
from shared.flow.stage import Stage
from shared.flow.table import CONTENT, GUARDS, LANDING, TABLE
from shared.plans.catalogue import RULES
from shared.plans.limits import PARAMETERS, told

OF_SYNC = frozenset(
    module.__name__
    for module in (
        cursors,
        device_tokens,
        devices,
        enrolment,
        evidence,
        file_types,
        intake,
        key_certificates,
        quarantine,
        rulings,
        uploads,
    )
)
FOLDER = Path(__file__).parent
_BLOCK = re.compile(
    r"(?P<head><!-- table: (?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end of table -->)", re.DOTALL
)


def kinds() -> str:
    """Every kind of event with its payload; `?` marks what may be left out or null, `[]` lists."""
    rows = [
        (
            f"`{kind}`",
            NAMES[kind].zh,
            "✓" if kind in OFFICER_SIGNED else "",
            _members(PAYLOADS[kind]()),
        )
        for kind in EventKind
    ]
    return _table(("kind", "name", "officer_sig", "payload"), rows)


def errors() -> str:
    """Every code a problem may carry, with the status the server gives it."""
    rows = [
        (f"`{error.code}`", str(status_of(error)), _first_sentence(error))
        for error in sorted(our_errors(), key=lambda each: each.code)
        if error is not DomainError
    ]
    return _table(("code", "status", "when"), rows)


def token_types() -> str:
    rows = [
        (
            f"`{typ}`",
            f"`/q/{tokens.LETTERS[typ]}/`" if typ in tokens.LETTERS else "–",
            _members(schema),
            _minutes(typ),
        )
        for typ, schema in tokens.SCHEMAS.items()
    ]
    return _table(("typ", "address", "claims", "longest life"), rows)


def case_findings() -> str:
    rows = [
        (f"`{code}`", "note" if code in NOTES else "fault", text.zh, text.en)
        for code, text in sorted(SENTENCES.items())
    ]
    return _table(("code", "weight", "中文", "English"), rows)


def flow() -> str:
    """Every row of the flow: what may come at a stage, where it leads, and the gates before."""
    rows = [
        (f"`{row.stage}`", f"`{row.kind}` {NAMES[row.kind].zh}", f"`{row.next}`", _gates(row.gates))
        for row in sorted(TABLE, key=lambda row: (list(Stage).index(row.stage), row.kind.value))
    ]
    return _table(("stage", "act", "leads to", "gates"), rows)


def guards() -> str:
    signing = {kind: (gate, *GUARDS.get(kind, ())) for kind, gate in CONTENT.items()}
    wanted = {**GUARDS, **signing}
    rows = [
        (f"`{kind}`", NAMES[kind].zh, _gates(wanted[kind])) for kind in EventKind if kind in wanted
    ]
    return _table(("act", "name", "gates"), rows)


def landings() -> str:
    rows = [(f"`{kind}`", f"`{stage}`") for kind, stage in LANDING.items()]
    return _table(("act", "stage"), rows)


def rules() -> str:
    """Every rule over plans with its basis, its parameters and its example."""
    rows = [
        (
            rule.id,
            f"{rule.title.zh} · {rule.title.en}",
            f"`{rule.effect}`",
            f"`{rule.runs}`",
            rule.basis.zh,
            ", ".join(f"`{name}`" for name in rule.parameters),
            f"✓ {rule.example.good.zh} × {rule.example.bad.zh}",
        )
        for rule in sorted(RULES.values(), key=lambda rule: rule.id)
    ]
    return _table(("rule", "title", "effect", "runs", "basis", "parameters", "example"), rows)


def rule_parameters() -> str:
    """Every threshold of the rules with its default."""
    rows = [
        (f"`{name}`", f"{parameter.title.zh} · {parameter.title.en}", told(parameter.default))
        for name, parameter in sorted(PARAMETERS.items())
    ]
    return _table(("parameter", "meaning", "default"), rows)


def irregularities() -> str:
    rows = [(f"`{code}`", rule, said.zh, said.en) for code, (rule, said) in sorted(SAID.items())]
    return _table(("code", "rule", "", ""), rows)


def sync_errors() -> str:
    """Errors that the services of tablets, visits and evidence keep beside themselves."""
    found = {error for error in every_error() if error.__module__ in OF_SYNC}
    rows = [
        (f"`{error.code}`", str(status_of(error)), _first_sentence(error))
        for error in sorted(found, key=lambda each: each.code)
    ]
    return _table(("code", "status", "when"), rows)


def colours() -> str:
    """The two palettes of the tablet, as hex; a colour with an alpha of 0 is left out."""
    rows = [
        (f"`{each.name}`", _hex(getattr(CALM, each.name)), _hex(getattr(SUNLIGHT, each.name)))
        for each in dataclasses.fields(Palette)
        if each.type is Colour and getattr(CALM, each.name)[3]
    ]
    return _table(("name", "calm", "sunlight"), rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "kinds": kinds,
    "errors": errors,
    "token-types": token_types,
    "case-findings": case_findings,
    "flow": flow,
    "guards": guards,
    "landings": landings,
    "rules": rules,
    "rule-parameters": rule_parameters,
    "irregularities": irregularities,
    "sync-errors": sync_errors,
    "colours": colours,
}


def pages() -> list[Path]:
    return sorted(FOLDER.rglob("*.md"))


def renewed(text: str) -> str:
    """`text` with every table in it made again."""
    return _BLOCK.sub(lambda found: _filled(found["head"], found["name"], found["tail"]), text)


def _filled(head: str, name: str, tail: str) -> str:
    return f"{head}{TABLES[name]()}{tail}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(head), _line(["---"] * len(head)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _hex(colour: Colour) -> str:
    return "`#" + "".join(f"{round(part * 255):02X}" for part in colour[:3]) + "`"


def _gates(gates: Iterable[Gate]) -> str:
    return ", ".join(f"`{gate.__name__}`" for gate in gates)


def _members(schema: Schema) -> str:
    return ", ".join(_member(name, field) for name, field in schema.fields.items())


def _member(name: str, field: fields.Field) -> str:
    inner = _nested(field)
    many = "[]" if isinstance(field, fields.List) else ""
    optional = "" if field.required and not field.allow_none else "?"
    return f"`{name}`{many}{optional}" + (f" {{{_members(inner)}}}" if inner else "")


def _nested(field: fields.Field) -> Schema | None:
    if isinstance(field, fields.List):
        return _nested(field.inner)
    return field.schema if isinstance(field, fields.Nested) else None


def _minutes(typ: tokens.TokenType) -> str:
    life = tokens.LONGEST_LIFE.get(typ)
    return f"{int(life.total_seconds() // 60)} min" if life else "until called back"


def our_errors() -> set[type[DomainError]]:
    """The errors of shared/ and of server/refusals.py, where the server keeps its own."""
    for module in pkgutil.walk_packages(shared.__path__, "shared."):
        importlib.import_module(module.name)
    ours = ("shared.", refusals.__name__)
    return {error for error in every_error() if error.__module__.startswith(ours)}


def _first_sentence(error: type[DomainError]) -> str:
    text = " ".join((error.__doc__ or "").split())
    return text.partition(". ")[0].rstrip(".") if text else ""
