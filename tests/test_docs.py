"""The pages of docs/ say what the code does: tables are fresh, and every name in them exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from docs import tables
from server.models.ledger import EventStatus
from server.services import tablet_settings
from shared import anchors, certificates, enrolment, keyset, receipts, tokens, wipe
from shared.case_file.sentences import SENTENCES
from shared.events.envelope import EnvelopeSchema
from shared.events.kinds import EventKind
from shared.events.payloads import PAYLOADS
from shared.reference import REFERENCE_KINDS, EnterpriseSchema, FormSchema

PAGES = tables.pages()
WIRE = [tables.FOLDER / "protocol.md", tables.FOLDER / "case-file.md"]
SCHEMAS: list[Schema] = [
    EnvelopeSchema(),
    *(schema() for schema in PAYLOADS.values()),
    *tokens.SCHEMAS.values(),
    keyset._SCHEMA,
    certificates._DEVICE_SCHEMA,
    certificates._OFFICER_SCHEMA,
    enrolment._SCHEMA,
    receipts._SCHEMA,
    anchors._SCHEMA,
    wipe._SCHEMA,
    FormSchema(),
    EnterpriseSchema(),
]
# Members and codes of single addresses, which their own schemas and tests hold.
ADDRESSES = frozenset(
    {
        "app_version",
        "chain_fork",
        "contact_key",
        "device_certificate",
        "device_seqs",
        "enrolment_expired",
        "enrolment_used",
        "epoch_changed",
        "lease_until",
        "officer_certificate",
        "predecessor_quarantined",
        "push_batch",
        "push_bytes",
        "replayed_assertion",
        "retain_days",
        "sealed_store_key",
        "server_time",
        "tries_left",
        "unknown_device",
        "wipe_order",
    }
)


def names(schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        yield name
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from names(inner.schema)


def vocabulary() -> set[str]:
    members = {name for schema in SCHEMAS for name in names(schema)}
    codes = {error.code for error in tables.our_errors()} | set(SENTENCES)
    words = {*EventKind, *EventStatus, *tokens.TokenType, *REFERENCE_KINDS, *wipe.WipeForm}
    told = set(tablet_settings.FROM_PARAMETERS)
    return members | codes | told | set(map(str, words)) | ADDRESSES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_generated_table_is_stale(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert tables.renewed(text) == text, "Run `make docs`."


@pytest.mark.parametrize("page", WIRE, ids=lambda page: page.name)
def test_every_kind_status_code_and_member_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`\"?([a-z0-9]+(?:_[a-z0-9]+)+)\"?`", page.read_text(encoding="utf-8"))

    assert sorted(set(named) - vocabulary()) == []


def test_every_kind_and_every_status_is_named() -> None:
    text = WIRE[0].read_text(encoding="utf-8")

    missing = [
        word for word in (*EventKind, *EventStatus, *tokens.TokenType) if f"`{word}`" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("page", WIRE, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", WIRE, ids=lambda page: page.name)
def test_every_section_that_is_pointed_to_exists(page: Path) -> None:
    for path, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
        assert anchor in slugs
