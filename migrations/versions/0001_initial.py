"""The tables of the first issue"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def code(length: int) -> sa.String:
    """Text that is compared byte by byte, whatever the database's locale."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


# Columns that never change once a row is written; whether it is kept for a court may.
APPEND_ONLY = {
    "audit_entry": (
        "seq",
        "at",
        "who_kind",
        "who_id",
        "agency_id",
        "action",
        "object_kind",
        "object_id",
        "facts",
        "request_id",
        "prev",
        "hash",
    ),
    "trace_event": (
        "id",
        "received_at",
        "visit_id",
        "device_id",
        "device_seq",
        "seq",
        "officer_id",
        "kind",
        "prev",
        "hash",
        "canonical",
        "judged_by",
    ),
    "sync_object_version": ("kind", "id", "version", "data", "recorded_at"),
    "key_set": ("version", "signed_object", "made_at"),
}


# Part of a name is found by its windows of two characters: pg_trgm wants three, and 面馆 are two.
SEARCH = (
    "CREATE FUNCTION windows_of(line text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE "
    "STRICT AS $$ SELECT array_agg(substr(line, place, size)) "
    "FROM generate_series(1, length(line)) AS place, generate_series(1, 2) AS size $$",
    "CREATE INDEX ix_enterprise_windows_name ON enterprise USING gin (windows_of(name))",
    "CREATE INDEX ix_enterprise_windows_initials ON enterprise USING gin (windows_of(initials))",
    "CREATE INDEX ix_enterprise_windows_code ON enterprise (uscc text_pattern_ops)",
    "CREATE INDEX ix_person_windows_username ON person (username text_pattern_ops)",
    *(
        f"CREATE INDEX ix_{table}_windows_{column} ON {table} USING gin (windows_of({column}))"
        for table, name in (
            ("agency", "name"),
            ("person", "name"),
            ("inspection_item", "name"),
            ("legal_basis", "title"),
        )
        for column in (name, "initials")
    ),
)


def _by_hand() -> None:
    """What the models cannot say: partitions, searching, and tables whose rows never change."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEARCH:
            op.execute(statement)
        op.execute("CREATE TABLE trace_event_default PARTITION OF trace_event DEFAULT")
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for table, columns in APPEND_ONLY.items():
            op.execute(
                f"CREATE TRIGGER {table}_append_only "
                f"BEFORE UPDATE OF {', '.join(columns)} OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        return
    for table, columns in APPEND_ONLY.items():
        for act in (f"UPDATE OF {', '.join(columns)}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act[:6].lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _undo_by_hand() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        op.execute("DROP FUNCTION windows_of(text) CASCADE")


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", code(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("abbr", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("region_abbr", sa.String(length=20), nullable=False),
        sa.Column("type", code(40), nullable=False),
        sa.Column("field", code(40), nullable=False),
        sa.Column("principal_id", code(64), nullable=True),
        sa.Column(
            "entrustment",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("status", code(40), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("phone", code(40), nullable=False),
        sa.Column("supervision_phone", code(40), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"],
            ["agency.id"],
            name=op.f("fk_agency_principal_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.create_index("ix_agency_list", ["region", "name", "id"], unique=False)

    op.create_table(
        "anchor_leaf",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("ref", code(64), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day", "no", name=op.f("pk_anchor_leaf")),
        sa.UniqueConstraint("hash", name=op.f("uq_anchor_leaf_hash")),
    )
    op.create_table(
        "audit_entry",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who_kind", code(40), nullable=False),
        sa.Column("who_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", code(40), nullable=False),
        sa.Column("object_id", code(64), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("request_id", code(64), nullable=False),
        sa.Column("prev", code(64), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_object", ["object_kind", "object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_who_id"), ["who_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "chain_head",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("receipt_id", code(64), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "device_id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "given_receipt",
        sa.Column("id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_receipt")),
    )
    with op.batch_alter_table("given_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_given_receipt_given_at"), ["given_at"], unique=False)

    op.create_table(
        "change_log",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("scope_key", code(80), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("object_id", code(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change_log")),
    )
    with op.batch_alter_table("change_log", schema=None) as batch_op:
        batch_op.create_index("ix_change_log_scope", ["scope_key", "xid", "seq"], unique=False)

    op.create_table(
        "daily_anchor",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column(
            "signed_object",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_anchor")),
        sa.UniqueConstraint("made_at", name=op.f("uq_daily_anchor_made_at")),
    )
    op.create_table(
        "day_turn",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_turn")),
    )
    op.create_table(
        "enterprise",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("legal_rep", sa.String(length=60), nullable=False),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_enterprise")),
    )
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enterprise_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_enterprise_region"), ["region"], unique=False)

    op.create_table(
        "enterprise_counter",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("exempt", sa.Integer(), nullable=False),
        sa.Column("service", sa.Integer(), nullable=False),
        sa.Column("offsite", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "year", name=op.f("pk_enterprise_counter")),
    )
    op.create_table(
        "epoch",
        sa.Column("no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", code(64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_epoch")),
        sa.UniqueConstraint("id", name=op.f("uq_epoch_id")),
    )
    op.create_table(
        "event_ledger",
        sa.Column("event_id", code(64), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column(
            "outcome",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_ledger")),
    )
    op.create_table(
        "evidence_file",
        sa.Column("id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("event_id", code(64), nullable=True),
        sa.Column("sha256", code(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("state", code(40), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_file_sha256", ["visit_id", "sha256"], unique=False)

    op.create_table(
        "hold",
        sa.Column("event_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", code(64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_chain", ["visit_id", "device_id", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_until"), ["until"], unique=False)
        batch_op.create_index(
            "ix_hold_waiting",
            ["received_at", "event_id"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL AND expired_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL AND expired_at IS NULL"),
        )

    op.create_table(
        "holiday_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "off",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "work",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", code(64), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("year", "version", name=op.f("pk_holiday_year")),
    )
    op.create_table(
        "key_check",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_check")),
    )
    op.create_table(
        "key_set",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "signed_object",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_key_set")),
    )
    op.create_table(
        "legal_basis",
        sa.Column("id", code(64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis")),
    )
    with op.batch_alter_table("legal_basis", schema=None) as batch_op:
        batch_op.create_index("ix_legal_basis_list", ["title", "article", "id"], unique=False)

    op.create_table(
        "parameter",
        sa.Column("id", code(64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", code(64), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
    )
    with op.batch_alter_table("parameter", schema=None) as batch_op:
        batch_op.create_index("ix_parameter_key", ["key", "valid_from"], unique=False)

    op.create_table(
        "platform_key",
        sa.Column("kid", code(40), nullable=False),
        sa.Column("public", code(64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_platform_key")),
        sa.UniqueConstraint("public", name=op.f("uq_platform_key_public")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", code(64), nullable=False),
        sa.Column("event_id", code(64), nullable=True),
        sa.Column("visit_id", code(64), nullable=True),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("hash", code(64), nullable=True),
        sa.Column("raw_hash", code(64), nullable=False),
        sa.Column("code", code(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("ruled_by", code(64), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantine_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quarantine_visit_id"), ["visit_id"], unique=False)
        batch_op.create_index(
            "ix_quarantine_waiting",
            ["received_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'resend')"),
            postgresql_where=sa.text("state IN ('open', 'resend')"),
        )

    op.create_table(
        "result_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_head")),
    )
    op.create_table(
        "revocation",
        sa.Column("id", code(64), nullable=False),
        sa.Column("of", code(40), nullable=False),
        sa.Column("ref", code(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_by", code(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint("of", "ref", name=op.f("uq_revocation_of_ref")),
    )
    op.create_table(
        "server_fact",
        sa.Column("id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_fact")),
        sa.UniqueConstraint("visit_id", "seq", name=op.f("uq_server_fact_visit_id_seq")),
    )
    op.create_table(
        "stamp_due",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_stamp_due")),
    )
    with op.batch_alter_table("stamp_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stamp_due_next_try_at"), ["next_try_at"], unique=False)

    op.create_table(
        "sync_object",
        sa.Column("kind", code(40), nullable=False),
        sa.Column("id", code(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_sync_object")),
    )
    op.create_table(
        "sync_object_version",
        sa.Column("kind", code(40), nullable=False),
        sa.Column("id", code(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name=op.f("pk_sync_object_version")),
    )
    op.create_table(
        "sync_scope",
        sa.Column("scope_key", code(80), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("object_id", code(64), nullable=False),
        sa.PrimaryKeyConstraint("scope_key", "kind", "object_id", name=op.f("pk_sync_scope")),
    )
    with op.batch_alter_table("sync_scope", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_scope_object", ["object_id", "kind", "scope_key"], unique=False
        )

    op.create_table(
        "trace_event",
        sa.Column("id", code(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("prev", code(64), nullable=False),
        sa.Column("hash", code(64), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("judged_by", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", "received_at", name=op.f("pk_trace_event")),
        postgresql_partition_by="RANGE (received_at)",
    )
    with op.batch_alter_table("trace_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trace_event_chain", ["visit_id", "device_id", "seq"], unique=False
        )
        batch_op.create_index("ix_trace_event_device", ["device_id", "device_seq"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column(
            "task_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("lead_device_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("offsite", sa.Boolean(), nullable=False),
        sa.Column("premise_id", code(64), nullable=True),
        sa.Column("stage", code(40), nullable=False),
        sa.Column("outcome", code(40), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("irregular", sa.Boolean(), nullable=False),
        sa.Column(
            "irregularities",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "flags",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("time_confidence", code(40), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("ruling", code(40), nullable=True),
        sa.Column("retarget", code(40), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.Column("untold_why", sa.String(length=60), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_agency", ["agency_id", "received_at", "id"], unique=False)
        batch_op.create_index(
            "ix_visit_asked",
            ["agency_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("ruling = 'ask_again'"),
            postgresql_where=sa.text("ruling = 'ask_again'"),
        )
        batch_op.create_index(
            "ix_visit_begun",
            ["lead_device_id"],
            unique=False,
            sqlite_where=sa.text("NOT complete"),
            postgresql_where=sa.text("NOT complete"),
        )
        batch_op.create_index(
            "ix_visit_irregular",
            ["agency_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("irregular = 1"),
            postgresql_where=sa.text("irregular"),
        )
        batch_op.create_index("ix_visit_list_of_region", ["received_at", "id"], unique=False)
        batch_op.create_index("ix_visit_of_enterprise", ["uscc", "received_at", "id"], unique=False)
        batch_op.create_index("ix_visit_of_enterprise_by_day", ["uscc", "scanned_at"], unique=False)
        batch_op.create_index(
            "ix_visit_open",
            ["agency_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("sealed_at IS NULL"),
            postgresql_where=sa.text("sealed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_visit_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_region"), ["region"], unique=False)
        batch_op.create_index(
            "ix_visit_retarget",
            ["agency_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("retarget = 'open'"),
            postgresql_where=sa.text("retarget = 'open'"),
        )
        batch_op.create_index(
            "ix_visit_to_rule",
            ["agency_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("irregular = 1 AND ruling IS NULL"),
            postgresql_where=sa.text("irregular AND ruling IS NULL"),
        )
        batch_op.create_index(
            "ix_visit_untold",
            ["id"],
            unique=False,
            sqlite_where=sa.text("untold"),
            postgresql_where=sa.text("untold"),
        )

    op.create_table(
        "visit_answer",
        sa.Column("event_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("form_id", code(64), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("point_id", code(64), nullable=False),
        sa.Column("answer", code(40), nullable=False),
        sa.Column("severity", code(40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_visit_answer")),
    )
    with op.batch_alter_table("visit_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_answer_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_finding",
        sa.Column("event_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("point_id", code(64), nullable=True),
        sa.Column("basis_id", code(64), nullable=True),
        sa.Column("severity", code(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("off_list", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_visit_finding")),
    )
    with op.batch_alter_table("visit_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_finding_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_task",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("task_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "task_id", name=op.f("pk_visit_task")),
    )
    with op.batch_alter_table("visit_task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visit_task_guest",
            ["agency_id", "received_at", "visit_id"],
            unique=False,
            sqlite_where=sa.text("guest = 1"),
            postgresql_where=sa.text("guest"),
        )
        batch_op.create_index(
            "ix_visit_task_guest_of_region",
            ["received_at", "visit_id"],
            unique=False,
            sqlite_where=sa.text("guest = 1"),
            postgresql_where=sa.text("guest"),
        )
        batch_op.create_index(batch_op.f("ix_visit_task_task_id"), ["task_id"], unique=False)

    op.create_table(
        "warning_tally",
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("region", "year", "code", name=op.f("pk_warning_tally")),
    )
    op.create_table(
        "contact",
        sa.Column("id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("role", code(40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("phone_sealed", sa.String(length=300), nullable=True),
        sa.Column("phone_index", code(64), nullable=True),
        sa.Column("email_sealed", sa.String(length=500), nullable=True),
        sa.Column("email_index", code(64), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_how", sa.String(length=60), nullable=False),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_id", code(64), nullable=True),
        sa.Column("doubt", code(40), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_contact_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contact_doubted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("doubt <> ''"),
            postgresql_where=sa.text("doubt <> ''"),
        )
        batch_op.create_index(batch_op.f("ix_contact_email_index"), ["email_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_uscc"), ["uscc"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("public_key", code(64), nullable=False),
        sa.Column(
            "certificate",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("sealed_store_key", sa.Text(), nullable=False),
        sa.Column("app_version", code(40), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_device_seq", sa.Integer(), nullable=False),
        sa.Column(
            "missing_seqs",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("gap_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gap_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_device_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("public_key", name=op.f("uq_device_public_key")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            "ix_device_gap",
            ["gap_since", "id"],
            unique=False,
            sqlite_where=sa.text("gap_since IS NOT NULL"),
            postgresql_where=sa.text("gap_since IS NOT NULL"),
        )

    op.create_table(
        "document",
        sa.Column("id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("subject_id", code(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", code(64), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("pdf_key", sa.String(length=200), nullable=True),
        sa.Column("pdf_sha256", code(64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_document_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"],
            ["document.id"],
            name=op.f("fk_document_superseded_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("agency_id", "number", name=op.f("uq_document_agency_id_number")),
        sa.UniqueConstraint(
            "subject_id", "kind", "version", name=op.f("uq_document_subject_id_kind_version")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_document_undrawn",
            ["made_at"],
            unique=False,
            sqlite_where=sa.text(
                "pdf_key IS NULL AND kind NOT IN ('approval', 'checklist', 'service', 'recordings', 'report')"
            ),
            postgresql_where=sa.text(
                "pdf_key IS NULL AND kind NOT IN ('approval', 'checklist', 'service', 'recordings', 'report')"
            ),
        )
        batch_op.create_index(batch_op.f("ix_document_uscc"), ["uscc"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "document_number",
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_document_number_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agency_id", "kind", "year", name=op.f("pk_document_number")),
    )
    op.create_table(
        "extension",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answered_by", code(64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_extension_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_extension")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("by_id", code(64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=120), nullable=True),
        sa.Column("file_sha256", code(64), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("skip_bad", sa.Boolean(), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_import_run_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_import_run_state", ["state", "alive_at"], unique=False)

    op.create_table(
        "inspection_item",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("standard", sa.String(length=300), nullable=False),
        sa.Column(
            "basis_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "levels",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "industries",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("conflict", sa.String(length=300), nullable=False),
        sa.Column("is_offsite", sa.Boolean(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_inspection_item_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
    )
    with op.batch_alter_table("inspection_item", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_item_list", ["agency_id", "code", "id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "roles",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_sealed", sa.String(length=300), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_person_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_list", ["name", "id"], unique=False)
        batch_op.create_index("ix_person_list_of_agency", ["agency_id", "name", "id"], unique=False)

    op.create_table(
        "premise",
        sa.Column("id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("crs", code(40), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_premise_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premise")),
    )
    with op.batch_alter_table("premise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premise_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_premise_uscc"), ["uscc"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rating_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_quarter", ["agency_id", "quarter"], unique=False)

    op.create_table(
        "rating_link",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("visit_index", code(64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rating_link_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_link")),
        sa.UniqueConstraint("visit_index", name=op.f("uq_rating_link_visit_index")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_link", schema=None) as batch_op:
        batch_op.create_index("ix_rating_link_quarter", ["agency_id", "quarter"], unique=False)

    op.create_table(
        "rating_quarter",
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column(
            "shown",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rating_quarter_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agency_id", "quarter", name=op.f("pk_rating_quarter")),
    )
    with op.batch_alter_table("rating_quarter", schema=None) as batch_op:
        batch_op.create_index("ix_rating_quarter_open", ["closed", "quarter"], unique=False)

    op.create_table(
        "rectification",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("point", sa.String(length=16), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column(
            "files",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", code(40), nullable=True),
        sa.Column("check_note", sa.Text(), nullable=False),
        sa.Column("checked_by", code(64), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rectification_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("visit_id", "point", name=op.f("pk_rectification")),
    )
    op.create_table(
        "rectification_deadline",
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("late_since", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rectification_deadline_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_rectification_deadline")),
    )
    with op.batch_alter_table("rectification_deadline", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rectification_deadline_late", ["agency_id", "late_since"], unique=False
        )
        batch_op.create_index("ix_rectification_deadline_look_on", ["look_on"], unique=False)

    op.create_table(
        "service_consent",
        sa.Column("id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("prefers", code(40), nullable=False),
        sa.Column("how", code(40), nullable=False),
        sa.Column("given_by", code(64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", code(64), nullable=True),
        sa.Column("ended_why", code(40), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_service_consent_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_consent")),
    )
    with op.batch_alter_table("service_consent", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_consent_in_force",
            ["uscc"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_service_consent_uscc"), ["uscc"], unique=False)

    op.create_table(
        "system_client",
        sa.Column("id", code(64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("whole_region", sa.Boolean(), nullable=False),
        sa.Column(
            "scopes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("token_hash", code(64), nullable=False),
        sa.Column("made_by", code(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_system_client_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_client")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_system_client_token_hash")),
    )
    with op.batch_alter_table("system_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_system_client_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "visit_counter",
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scheduled", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("exempt", sa.Integer(), nullable=False),
        sa.Column("service", sa.Integer(), nullable=False),
        sa.Column("offsite", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_visit_counter_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agency_id", "uscc", "year", name=op.f("pk_visit_counter")),
    )
    with op.batch_alter_table("visit_counter", schema=None) as batch_op:
        batch_op.create_index("ix_visit_counter_enterprise", ["uscc", "year"], unique=False)

    op.create_table(
        "compliance_report",
        sa.Column("id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("made_by", code(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"],
            ["document.id"],
            name=op.f("fk_compliance_report_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_compliance_report_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_report")),
    )
    with op.batch_alter_table("compliance_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_compliance_report_of_enterprise", ["uscc", "made_at", "id"], unique=False
        )

    op.create_table(
        "contact_way",
        sa.Column("id", code(64), nullable=False),
        sa.Column("contact_id", code(64), nullable=False),
        sa.Column("channel", code(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("address_sealed", sa.String(length=1200), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_way_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_way")),
        sa.UniqueConstraint(
            "contact_id", "channel", name=op.f("uq_contact_way_contact_id_channel")
        ),
    )
    op.create_table(
        "device_order",
        sa.Column("id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("form", code(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", code(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", code(64), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "order",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["person.id"],
            name=op.f("fk_device_order_confirmed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_device_order_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["person.id"],
            name=op.f("fk_device_order_proposed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_order")),
    )
    with op.batch_alter_table("device_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_order_device_id"), ["device_id"], unique=False)

    op.create_table(
        "device_token",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("token_hash", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_device_token_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_token_hash")),
    )
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_token_device_id"), ["device_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_device_token_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "enterprise_code",
        sa.Column("id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("premise_id", code(64), nullable=False),
        sa.Column("nonce", code(64), nullable=False),
        sa.Column("token", sa.String(length=2000), nullable=False),
        sa.Column("kid", code(40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", code(64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["premise_id"],
            ["premise.id"],
            name=op.f("fk_enterprise_code_premise_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_enterprise_code_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_code")),
        sa.UniqueConstraint("nonce", name=op.f("uq_enterprise_code_nonce")),
    )
    with op.batch_alter_table("enterprise_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enterprise_code_premise_id"), ["premise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enterprise_code_uscc"), ["uscc"], unique=False)

    op.create_table(
        "form",
        sa.Column("id", code(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", code(64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "points",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["inspection_item.id"],
            name=op.f("fk_form_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_form")),
    )
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_item_id"), ["item_id"], unique=False)

    op.create_table(
        "gap_ruling",
        sa.Column("id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("decision", code(40), nullable=False),
        sa.Column(
            "spans",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", code(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_gap_ruling_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_ruling")),
    )
    with op.batch_alter_table("gap_ruling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_ruling_device_id"), ["device_id"], unique=False)

    op.create_table(
        "import_fault",
        sa.Column("run_id", code(64), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=60), nullable=False),
        sa.Column("text_zh", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_import_fault_run_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("run_id", "n", name=op.f("pk_import_fault")),
    )
    op.create_table(
        "item_publication",
        sa.Column("id", code(64), nullable=False),
        sa.Column("item_id", code(64), nullable=False),
        sa.Column("list_version", code(40), nullable=False),
        sa.Column("published_from", sa.Date(), nullable=False),
        sa.Column("published_to", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["inspection_item.id"],
            name=op.f("fk_item_publication_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_publication")),
    )
    with op.batch_alter_table("item_publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_publication_item_id"), ["item_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("token_hash", code(64), nullable=False),
        sa.Column("person_id", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_login_session_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "merge_search",
        sa.Column("id", code(64), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("asked_by", code(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["person.id"],
            name=op.f("fk_merge_search_asked_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_search")),
    )
    with op.batch_alter_table("merge_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_search_region"), ["region"], unique=False)
        batch_op.create_index("ix_merge_search_waiting", ["status", "asked_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", code(64), nullable=False),
        sa.Column("document_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("why", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("list_on", sa.Date(), nullable=True),
        sa.Column("escalate_on", sa.Date(), nullable=True),
        sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_notice_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_notice_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("document_id", name=op.f("uq_notice_document_id")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_escalate_on", ["escalate_on"], unique=False)
        batch_op.create_index("ix_notice_list_on", ["list_on", "document_id"], unique=False)
        batch_op.create_index("ix_notice_publish_on", ["publish_on", "document_id"], unique=False)
        batch_op.create_index("ix_notice_state", ["agency_id", "state", "due_on"], unique=False)
        batch_op.create_index(
            "ix_notice_unanswered_at", ["agency_id", "unanswered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notice_uscc"), ["uscc"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "notice_link",
        sa.Column("id", code(64), nullable=False),
        sa.Column("secret_hash", code(64), nullable=False),
        sa.Column("document_id", code(64), nullable=False),
        sa.Column("contact_id", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_notice_link_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_notice_link_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_notice_link_secret_hash")),
    )
    with op.batch_alter_table("notice_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_link_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "officer",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("person_id", code(64), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("photo_sha256", code(64), nullable=True),
        sa.Column("id_number_sealed", sa.String(length=300), nullable=True),
        sa.Column("id_number_index", code(64), nullable=True),
        sa.Column("phone_sealed", sa.String(length=300), nullable=True),
        sa.Column("phone_index", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_officer_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_officer_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_officer_id_number_index")),
        sa.UniqueConstraint("person_id", name=op.f("uq_officer_person_id")),
    )
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_officer_phone_index"), ["phone_index"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("trigger", code(40), nullable=False),
        sa.Column("visit_type", code(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column(
            "item_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("term", code(40), nullable=False),
        sa.Column("annual_plan_id", code(64), nullable=True),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.Column("pool_size", sa.Integer(), nullable=True),
        sa.Column("sample_percent", sa.Integer(), nullable=True),
        sa.Column(
            "joint_agency_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "assist_agency_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("licence_basis_id", code(64), nullable=True),
        sa.Column(
            "special",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("oral_approver", sa.String(length=60), nullable=False),
        sa.Column("oral_on", sa.Date(), nullable=True),
        sa.Column("status", code(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planner_id", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("no", sa.String(length=80), nullable=True),
        sa.Column("amends_id", code(64), nullable=True),
        sa.Column("amend_reason", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "published",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_plan_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["amends_id"],
            ["plan.id"],
            name=op.f("fk_plan_amends_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["annual_plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_annual_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["licence_basis_id"],
            ["legal_basis.id"],
            name=op.f("fk_plan_licence_basis_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["planner_id"],
            ["person.id"],
            name=op.f("fk_plan_planner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("no", name=op.f("uq_plan_no")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index("ix_plan_agency_year", ["agency_id", "year"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_amends_id"), ["amends_id"], unique=False)
        batch_op.create_index("ix_plan_list", ["agency_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_plan_list_of_region", ["changed_at", "id"], unique=False)
        batch_op.create_index(
            "ix_plan_list_of_status", ["status", "agency_id", "changed_at", "id"], unique=False
        )
        batch_op.create_index("ix_plan_page", ["agency_id", "id"], unique=False)
        batch_op.create_index("ix_plan_published", ["published_at", "id"], unique=False)

    op.create_table(
        "portal_sign_in",
        sa.Column("id", code(64), nullable=False),
        sa.Column("ticket_hash", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("address_index", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", code(64), nullable=True),
        sa.Column("code_hash", code(64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_portal_sign_in_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_sign_in")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_portal_sign_in_ticket_hash")),
    )
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.create_index(
            "ix_portal_sign_in_address", ["address_index", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_portal_sign_in_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_portal_sign_in_handled_at"), ["handled_at"], unique=False
        )

    op.create_table(
        "rating_entry",
        sa.Column("id", code(64), nullable=False),
        sa.Column("link_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("handled_by", code(64), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_outcome", code(40), nullable=True),
        sa.Column("call_note", sa.Text(), nullable=False),
        sa.Column("called_by", code(64), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", code(64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_rating_entry_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["rating_link.id"],
            name=op.f("fk_rating_entry_link_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_entry", schema=None) as batch_op:
        batch_op.create_index("ix_rating_entry_list", ["agency_id", "opened_on"], unique=False)
        batch_op.create_index("ix_rating_entry_state", ["state", "due_on"], unique=False)

    op.create_table(
        "report_link",
        sa.Column("id", code(64), nullable=False),
        sa.Column("secret_hash", code(64), nullable=False),
        sa.Column("document_id", code(64), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("made_by", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_report_link_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_report_link_secret_hash")),
    )
    with op.batch_alter_table("report_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_link_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "result_change",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("document_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_result_change_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_result_change_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_result_change")),
    )
    with op.batch_alter_table("result_change", schema=None) as batch_op:
        batch_op.create_index("ix_result_change_agency", ["agency_id", "seq"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_result_change_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "row_origin",
        sa.Column("kind", code(40), nullable=False),
        sa.Column("object_id", code(64), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", code(64), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "more",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_row_origin_run_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_row_origin")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("contact_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=True),
        sa.Column("document_id", code(64), nullable=True),
        sa.Column("category", code(40), nullable=False),
        sa.Column(
            "points",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "files",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("state", code(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", code(40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", code(64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_document_id", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_ticket_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_ticket_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_ticket_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["new_document_id"],
            ["document.id"],
            name=op.f("fk_ticket_new_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_ticket_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_agency", ["agency_id", "kind", "state", "due_on"], unique=False
        )
        batch_op.create_index("ix_ticket_enterprise", ["uscc", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", code(64), nullable=False),
        sa.Column("evidence_id", code(64), nullable=False),
        sa.Column("visit_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("sha256", code(64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("kept_as", code(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_upload_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "used_assertion",
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("jti", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_used_assertion_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("device_id", "jti", name=op.f("pk_used_assertion")),
    )
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_used_assertion_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "webhook_subscription",
        sa.Column("id", code(64), nullable=False),
        sa.Column("client_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret_sealed", sa.String(length=300), nullable=False),
        sa.Column(
            "kinds",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", code(40), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_webhook_subscription_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["system_client.id"],
            name=op.f("fk_webhook_subscription_client_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_subscription")),
    )
    with op.batch_alter_table("webhook_subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_subscription_agency_id"), ["agency_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_webhook_subscription_client_id"), ["client_id"], unique=False
        )

    op.create_table(
        "certificate",
        sa.Column("id", code(64), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_certificate_officer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", code(64), nullable=False),
        sa.Column("client_id", code(64), nullable=False),
        sa.Column("home_id", code(64), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("no", sa.String(length=80), nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_uscc", sa.String(length=18), nullable=False),
        sa.Column("told_premise", code(64), nullable=False),
        sa.Column("told_name", sa.String(length=200), nullable=False),
        sa.Column("told_address", sa.String(length=300), nullable=False),
        sa.Column("contact_name_sealed", sa.String(length=500), nullable=True),
        sa.Column("contact_phone_sealed", sa.String(length=300), nullable=True),
        sa.Column("act", code(40), nullable=False),
        sa.Column("inspection_no", sa.String(length=80), nullable=False),
        sa.Column("desk", code(40), nullable=False),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("premise_id", code(64), nullable=True),
        sa.Column("state", code(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("plan_id", code(64), nullable=True),
        sa.Column("outcome", code(40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", code(64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_complaint_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["system_client.id"],
            name=op.f("fk_complaint_client_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["home_id"],
            ["agency.id"],
            name=op.f("fk_complaint_home_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_complaint_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"],
            ["premise.id"],
            name=op.f("fk_complaint_premise_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_complaint_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("home_id", "sender", "no", name=op.f("uq_complaint_home_id_sender_no")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(
            "ix_complaint_desk", ["desk", "agency_id", "state", "due_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_complaint_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index("ix_complaint_sent", ["home_id", "sender", "id"], unique=False)

    op.create_table(
        "device_officer",
        sa.Column("id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.Column("public_key", code(64), nullable=False),
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column(
            "certificate",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_device_officer_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_device_officer_officer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_officer")),
        sa.UniqueConstraint("public_key", name=op.f("uq_device_officer_public_key")),
    )
    with op.batch_alter_table("device_officer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_device_officer_device_id"), ["device_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_device_officer_kid"), ["kid"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_device_officer_officer_id"), ["officer_id"], unique=False
        )

    op.create_table(
        "draw",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("planner_id", code(64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "item_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("pool_size", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("pool_hash", code(64), nullable=False),
        sa.Column("pool_key", sa.String(length=120), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_why", sa.Text(), nullable=False),
        sa.Column("void_by", code(64), nullable=True),
        sa.Column("file_key", sa.String(length=120), nullable=True),
        sa.Column("file_hash", code(64), nullable=True),
        sa.Column("plan_id", code(64), nullable=True),
        sa.Column("replaces_id", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_draw_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_draw_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["planner_id"],
            ["person.id"],
            name=op.f("fk_draw_planner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["draw.id"],
            name=op.f("fk_draw_replaces_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_status"), ["status"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.Column("device_id", code(64), nullable=True),
        sa.Column("code_hash", code(64), nullable=False),
        sa.Column("issued_by", code(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_device", code(64), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_enrolment_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.id"],
            name=op.f("fk_enrolment_device_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_enrolment_officer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "merge_proposal",
        sa.Column("id", code(64), nullable=False),
        sa.Column("search_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("premise_id", code(64), nullable=False),
        sa.Column("lead_agency_id", code(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column(
            "officer_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("points_merged", sa.Integer(), nullable=False),
        sa.Column("visits_avoided", sa.Integer(), nullable=False),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_agency_id"],
            ["agency.id"],
            name=op.f("fk_merge_proposal_lead_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"],
            ["premise.id"],
            name=op.f("fk_merge_proposal_premise_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["merge_search.id"],
            name=op.f("fk_merge_proposal_search_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_merge_proposal_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_proposal")),
    )
    with op.batch_alter_table("merge_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_merge_proposal_search_id"), ["search_id"], unique=False
        )

    op.create_table(
        "outbox_message",
        sa.Column("id", code(64), nullable=False),
        sa.Column("purpose", code(40), nullable=False),
        sa.Column("agency_id", code(64), nullable=True),
        sa.Column("document_id", code(64), nullable=True),
        sa.Column("contact_id", code(64), nullable=True),
        sa.Column("link_id", code(64), nullable=True),
        sa.Column("about", code(64), nullable=True),
        sa.Column("channel", code(40), nullable=False),
        sa.Column("address_sealed", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries_before", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_why", sa.String(length=300), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_outbox_message_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_outbox_message_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_outbox_message_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["notice_link.id"],
            name=op.f("fk_outbox_message_link_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_about"), ["about"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_message_agency_id"), ["agency_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_message_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index("ix_outbox_message_due", ["state", "next_try_at"], unique=False)

    op.create_table(
        "plan_finding",
        sa.Column("id", code(64), nullable=False),
        sa.Column("plan_id", code(64), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("target_id", code(64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("effect", code(40), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explained_by", code(64), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_finding_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_finding")),
    )
    with op.batch_alter_table("plan_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_finding_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("plan_id", code(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("content_hash", code(64), nullable=False),
        sa.Column("submitted_by", code(64), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "changes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("amend_reason", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_version_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_version")),
    )
    op.create_table(
        "portal_session",
        sa.Column("id", code(64), nullable=False),
        sa.Column("token_hash", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("contact_id", code(64), nullable=False),
        sa.Column("link_id", code(64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_portal_session_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["notice_link.id"],
            name=op.f("fk_portal_session_link_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_portal_session_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_portal_session_token_hash")),
    )
    op.create_table(
        "receipt_of_notice",
        sa.Column("id", code(64), nullable=False),
        sa.Column("document_id", code(64), nullable=False),
        sa.Column("contact_id", code(64), nullable=True),
        sa.Column("link_id", code(64), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("method", code(40), nullable=False),
        sa.Column("content_hash", code(64), nullable=False),
        sa.Column(
            "strokes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "signed_object",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_receipt_of_notice_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_receipt_of_notice_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["notice_link.id"],
            name=op.f("fk_receipt_of_notice_link_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_of_notice")),
        sa.UniqueConstraint("document_id", name=op.f("uq_receipt_of_notice_document_id")),
    )
    op.create_table(
        "recusal",
        sa.Column("id", code(64), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.Column("declared_by", code(64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", code(64), nullable=True),
        sa.Column("ended_why", sa.String(length=200), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_recusal_officer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_recusal_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index("ix_recusal_list", ["declared_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recusal_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index("ix_recusal_uscc_officer_id", ["uscc", "officer_id"], unique=False)

    op.create_table(
        "verification_code",
        sa.Column("id", code(64), nullable=False),
        sa.Column("link_id", code(64), nullable=False),
        sa.Column("contact_id", code(64), nullable=False),
        sa.Column("code_hash", code(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_verification_code_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["notice_link.id"],
            name=op.f("fk_verification_code_link_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_code")),
    )
    with op.batch_alter_table("verification_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_code_link_id"), ["link_id"], unique=False)

    op.create_table(
        "webhook_call",
        sa.Column("id", code(64), nullable=False),
        sa.Column("subscription_id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last", sa.String(length=120), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["webhook_subscription.id"],
            name=op.f("fk_webhook_call_subscription_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_call")),
    )
    with op.batch_alter_table("webhook_call", schema=None) as batch_op:
        batch_op.create_index(
            "ix_webhook_call_due",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        )
        batch_op.create_index("ix_webhook_call_of", ["subscription_id", "created_at"], unique=False)

    op.create_table(
        "delivery_try",
        sa.Column("id", code(64), nullable=False),
        sa.Column("message_id", code(64), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", code(40), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_delivery_try_message_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_try")),
        sa.UniqueConstraint("message_id", "no", name=op.f("uq_delivery_try_message_id_no")),
    )
    op.create_table(
        "draw_target",
        sa.Column("draw_id", code(64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column(
            "officer_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["draw.id"],
            name=op.f("fk_draw_target_draw_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_draw_target_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("draw_id", "position", name=op.f("pk_draw_target")),
    )
    op.create_table(
        "draw_voice",
        sa.Column("draw_id", code(64), nullable=False),
        sa.Column("party", sa.String(length=20), nullable=False),
        sa.Column("commitment", code(64), nullable=False),
        sa.Column("committed_by", code(64), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret_sealed", sa.String(length=300), nullable=True),
        sa.Column("revealed_by", code(64), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["committed_by"],
            ["person.id"],
            name=op.f("fk_draw_voice_committed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["draw.id"],
            name=op.f("fk_draw_voice_draw_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["revealed_by"],
            ["person.id"],
            name=op.f("fk_draw_voice_revealed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("draw_id", "party", name=op.f("pk_draw_voice")),
    )
    op.create_table(
        "task",
        sa.Column("id", code(64), nullable=False),
        sa.Column("no", sa.String(length=80), nullable=False),
        sa.Column("plan_id", code(64), nullable=True),
        sa.Column("plan_no", sa.String(length=80), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("target_id", code(64), nullable=True),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("kind", code(40), nullable=False),
        sa.Column("trigger", code(40), nullable=False),
        sa.Column("visit_type", code(40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("premise_id", code(64), nullable=False),
        sa.Column(
            "item_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "forms",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "officer_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("assistant_count", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("status", code(40), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=60), nullable=False),
        sa.Column(
            "frequency",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("reason_onsite", sa.Text(), nullable=False),
        sa.Column("code", code(40), nullable=True),
        sa.Column("visit_id", code(64), nullable=True),
        sa.Column("slot_day", sa.Date(), nullable=True),
        sa.Column("slot_half", code(40), nullable=True),
        sa.Column("merged_id", code(64), nullable=True),
        sa.Column("oral_approver", sa.String(length=60), nullable=True),
        sa.Column("oral_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("post_approval_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_task_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"],
            ["merge_proposal.id"],
            name=op.f("fk_task_merged_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_task_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"],
            ["premise.id"],
            name=op.f("fk_task_premise_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_task_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("code", name=op.f("uq_task_code")),
        sa.UniqueConstraint("no", name=op.f("uq_task_no")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_enterprise_window", ["uscc", "window_to", "agency_id"], unique=False
        )
        batch_op.create_index("ix_task_list", ["agency_id", "window_to", "id"], unique=False)
        batch_op.create_index("ix_task_list_of_region", ["window_to", "id"], unique=False)
        batch_op.create_index(
            "ix_task_list_of_status", ["status", "agency_id", "window_to", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_task_merged_id"), ["merged_id"], unique=False)
        batch_op.create_index("ix_task_page", ["agency_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            "ix_task_unapproved",
            ["agency_id", "post_approval_due"],
            unique=False,
            sqlite_where=sa.text("approved_by = '' AND post_approval_due IS NOT NULL"),
            postgresql_where=sa.text("approved_by = '' AND post_approval_due IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_task_visit_id"), ["visit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_window_from"), ["window_from"], unique=False)

    op.create_table(
        "announcement",
        sa.Column("task_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_announcement_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_announcement_task_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_announcement")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_uscc"), ["uscc"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", code(64), nullable=False),
        sa.Column("plan_id", code(64), nullable=True),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("task_id", code(64), nullable=True),
        sa.Column("decision", code(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", code(64), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["person.id"],
            name=op.f("fk_approval_by_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_approval_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_approval_task_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_task_id"), ["task_id"], unique=False)

    op.create_table(
        "merge_part",
        sa.Column("proposal_id", code(64), nullable=False),
        sa.Column("task_id", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("accepted_by", code(64), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_from", sa.Date(), nullable=True),
        sa.Column("window_to", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by"],
            ["person.id"],
            name=op.f("fk_merge_part_accepted_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_merge_part_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["merge_proposal.id"],
            name=op.f("fk_merge_part_proposal_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_merge_part_task_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("proposal_id", "task_id", name=op.f("pk_merge_part")),
    )
    with op.batch_alter_table("merge_part", schema=None) as batch_op:
        batch_op.create_index(
            "ix_merge_part_agency_proposal", ["agency_id", "proposal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_merge_part_task_id"), ["task_id"], unique=False)

    op.create_table(
        "plan_target",
        sa.Column("id", code(64), nullable=False),
        sa.Column("plan_id", code(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("premise_id", code(64), nullable=False),
        sa.Column(
            "officer_ids",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("assistant_count", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=True),
        sa.Column("window_to", sa.Date(), nullable=True),
        sa.Column("reason_onsite", sa.Text(), nullable=False),
        sa.Column("source_no", sa.String(length=80), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.Column("recheck_of", code(64), nullable=True),
        sa.Column(
            "letter",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_target_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"],
            ["premise.id"],
            name=op.f("fk_plan_target_premise_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["recheck_of"],
            ["task.id"],
            name=op.f("fk_plan_target_recheck_of"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["uscc"],
            ["enterprise.uscc"],
            name=op.f("fk_plan_target_uscc"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_target")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_target_plan_id_position")),
    )
    with op.batch_alter_table("plan_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_target_recheck_of"), ["recheck_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_target_source_no"), ["source_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_target_uscc"), ["uscc"], unique=False)

    op.create_table(
        "task_officer",
        sa.Column("task_id", code(64), nullable=False),
        sa.Column("officer_id", code(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
            name=op.f("fk_task_officer_officer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_task_officer_task_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("task_id", "officer_id", name=op.f("pk_task_officer")),
    )
    with op.batch_alter_table("task_officer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_task_officer_officer_id"), ["officer_id"], unique=False
        )

    op.create_table(
        "visit_time",
        sa.Column("task_id", code(64), nullable=False),
        sa.Column("visit", code(64), nullable=False),
        sa.Column("agency_id", code(64), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", code(40), nullable=False),
        sa.Column("state", code(40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", code(64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_visit_time_agency_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_visit_time_task_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_visit_time")),
    )
    with op.batch_alter_table("visit_time", schema=None) as batch_op:
        batch_op.create_index("ix_visit_time_state", ["state", "agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_time_visit"), ["visit"], unique=False)

    _by_hand()


def downgrade() -> None:
    _undo_by_hand()
    with op.batch_alter_table("visit_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_time_visit"))
        batch_op.drop_index("ix_visit_time_state")

    op.drop_table("visit_time")
    with op.batch_alter_table("task_officer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_officer_officer_id"))

    op.drop_table("task_officer")
    with op.batch_alter_table("plan_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_target_uscc"))
        batch_op.drop_index(batch_op.f("ix_plan_target_source_no"))
        batch_op.drop_index(batch_op.f("ix_plan_target_recheck_of"))

    op.drop_table("plan_target")
    with op.batch_alter_table("merge_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merge_part_task_id"))
        batch_op.drop_index("ix_merge_part_agency_proposal")

    op.drop_table("merge_part")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_task_id"))
        batch_op.drop_index(batch_op.f("ix_approval_plan_id"))

    op.drop_table("approval")
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcement_uscc"))

    op.drop_table("announcement")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_window_from"))
        batch_op.drop_index(batch_op.f("ix_task_visit_id"))
        batch_op.drop_index(
            "ix_task_unapproved",
            sqlite_where=sa.text("approved_by = '' AND post_approval_due IS NOT NULL"),
            postgresql_where=sa.text("approved_by = '' AND post_approval_due IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_task_plan_id"))
        batch_op.drop_index("ix_task_page")
        batch_op.drop_index(batch_op.f("ix_task_merged_id"))
        batch_op.drop_index("ix_task_list_of_status")
        batch_op.drop_index("ix_task_list_of_region")
        batch_op.drop_index("ix_task_list")
        batch_op.drop_index("ix_task_enterprise_window")

    op.drop_table("task")
    op.drop_table("draw_voice")
    op.drop_table("draw_target")
    op.drop_table("delivery_try")
    with op.batch_alter_table("webhook_call", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_call_of")
        batch_op.drop_index(
            "ix_webhook_call_due",
            sqlite_where=sa.text("state IN ('waiting', 'sending')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        )

    op.drop_table("webhook_call")
    with op.batch_alter_table("verification_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_code_link_id"))

    op.drop_table("verification_code")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index("ix_recusal_uscc_officer_id")
        batch_op.drop_index(batch_op.f("ix_recusal_officer_id"))
        batch_op.drop_index("ix_recusal_list")

    op.drop_table("recusal")
    op.drop_table("receipt_of_notice")
    op.drop_table("portal_session")
    op.drop_table("plan_version")
    with op.batch_alter_table("plan_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_finding_plan_id"))

    op.drop_table("plan_finding")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_due")
        batch_op.drop_index(batch_op.f("ix_outbox_message_document_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_agency_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_about"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("merge_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merge_proposal_search_id"))

    op.drop_table("merge_proposal")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_officer_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_status"))
        batch_op.drop_index(batch_op.f("ix_draw_plan_id"))
        batch_op.drop_index(batch_op.f("ix_draw_agency_id"))

    op.drop_table("draw")
    with op.batch_alter_table("device_officer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_officer_officer_id"))
        batch_op.drop_index(batch_op.f("ix_device_officer_kid"))
        batch_op.drop_index(batch_op.f("ix_device_officer_device_id"))

    op.drop_table("device_officer")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_sent")
        batch_op.drop_index(batch_op.f("ix_complaint_plan_id"))
        batch_op.drop_index("ix_complaint_desk")

    op.drop_table("complaint")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_officer_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("webhook_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_subscription_client_id"))
        batch_op.drop_index(batch_op.f("ix_webhook_subscription_agency_id"))

    op.drop_table("webhook_subscription")
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_assertion_expires_at"))

    op.drop_table("used_assertion")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_expires_at"))
        batch_op.drop_index(batch_op.f("ix_upload_evidence_id"))
        batch_op.drop_index(batch_op.f("ix_upload_device_id"))

    op.drop_table("upload")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_visit_id"))
        batch_op.drop_index("ix_ticket_enterprise")
        batch_op.drop_index("ix_ticket_agency")

    op.drop_table("ticket")
    op.drop_table("row_origin")
    with op.batch_alter_table("result_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_change_document_id"))
        batch_op.drop_index("ix_result_change_agency")

    op.drop_table("result_change")
    with op.batch_alter_table("report_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_link_document_id"))

    op.drop_table("report_link")
    with op.batch_alter_table("rating_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_entry_state")
        batch_op.drop_index("ix_rating_entry_list")

    op.drop_table("rating_entry")
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_handled_at"))
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_expires_at"))
        batch_op.drop_index("ix_portal_sign_in_address")

    op.drop_table("portal_sign_in")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_published")
        batch_op.drop_index("ix_plan_page")
        batch_op.drop_index("ix_plan_list_of_status")
        batch_op.drop_index("ix_plan_list_of_region")
        batch_op.drop_index("ix_plan_list")
        batch_op.drop_index(batch_op.f("ix_plan_amends_id"))
        batch_op.drop_index("ix_plan_agency_year")

    op.drop_table("plan")
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_phone_index"))
        batch_op.drop_index(batch_op.f("ix_officer_agency_id"))

    op.drop_table("officer")
    with op.batch_alter_table("notice_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_link_document_id"))

    op.drop_table("notice_link")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_visit_id"))
        batch_op.drop_index(batch_op.f("ix_notice_uscc"))
        batch_op.drop_index("ix_notice_unanswered_at")
        batch_op.drop_index("ix_notice_state")
        batch_op.drop_index("ix_notice_publish_on")
        batch_op.drop_index("ix_notice_list_on")
        batch_op.drop_index("ix_notice_escalate_on")

    op.drop_table("notice")
    with op.batch_alter_table("merge_search", schema=None) as batch_op:
        batch_op.drop_index("ix_merge_search_waiting")
        batch_op.drop_index(batch_op.f("ix_merge_search_region"))

    op.drop_table("merge_search")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_login_session_expires_at"))

    op.drop_table("login_session")
    with op.batch_alter_table("item_publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_publication_item_id"))

    op.drop_table("item_publication")
    op.drop_table("import_fault")
    with op.batch_alter_table("gap_ruling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_ruling_device_id"))

    op.drop_table("gap_ruling")
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_item_id"))

    op.drop_table("form")
    with op.batch_alter_table("enterprise_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_code_uscc"))
        batch_op.drop_index(batch_op.f("ix_enterprise_code_premise_id"))

    op.drop_table("enterprise_code")
    with op.batch_alter_table("device_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_token_expires_at"))
        batch_op.drop_index(batch_op.f("ix_device_token_device_id"))

    op.drop_table("device_token")
    with op.batch_alter_table("device_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_order_device_id"))

    op.drop_table("device_order")
    op.drop_table("contact_way")
    with op.batch_alter_table("compliance_report", schema=None) as batch_op:
        batch_op.drop_index("ix_compliance_report_of_enterprise")

    op.drop_table("compliance_report")
    with op.batch_alter_table("visit_counter", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_counter_enterprise")

    op.drop_table("visit_counter")
    with op.batch_alter_table("system_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_system_client_agency_id"))

    op.drop_table("system_client")
    with op.batch_alter_table("service_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_consent_uscc"))
        batch_op.drop_index(
            "ix_service_consent_in_force",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("service_consent")
    with op.batch_alter_table("rectification_deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_rectification_deadline_look_on")
        batch_op.drop_index("ix_rectification_deadline_late")

    op.drop_table("rectification_deadline")
    op.drop_table("rectification")
    with op.batch_alter_table("rating_quarter", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_quarter_open")

    op.drop_table("rating_quarter")
    with op.batch_alter_table("rating_link", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_link_quarter")

    op.drop_table("rating_link")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_quarter")

    op.drop_table("rating")
    with op.batch_alter_table("premise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premise_uscc"))
        batch_op.drop_index(batch_op.f("ix_premise_region"))

    op.drop_table("premise")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_list_of_agency")
        batch_op.drop_index("ix_person_list")

    op.drop_table("person")
    with op.batch_alter_table("inspection_item", schema=None) as batch_op:
        batch_op.drop_index("ix_inspection_item_list")

    op.drop_table("inspection_item")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index("ix_import_run_state")
        batch_op.drop_index(batch_op.f("ix_import_run_agency_id"))

    op.drop_table("import_run")
    op.drop_table("extension")
    op.drop_table("document_number")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_visit_id"))
        batch_op.drop_index(batch_op.f("ix_document_uscc"))
        batch_op.drop_index(
            "ix_document_undrawn",
            sqlite_where=sa.text(
                "pdf_key IS NULL AND kind NOT IN ('approval', 'checklist', 'service', 'recordings', 'report')"
            ),
            postgresql_where=sa.text(
                "pdf_key IS NULL AND kind NOT IN ('approval', 'checklist', 'service', 'recordings', 'report')"
            ),
        )

    op.drop_table("document")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_device_gap",
            sqlite_where=sa.text("gap_since IS NOT NULL"),
            postgresql_where=sa.text("gap_since IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_device_agency_id"))

    op.drop_table("device")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_uscc"))
        batch_op.drop_index(batch_op.f("ix_contact_phone_index"))
        batch_op.drop_index(batch_op.f("ix_contact_email_index"))
        batch_op.drop_index(
            "ix_contact_doubted",
            sqlite_where=sa.text("doubt <> ''"),
            postgresql_where=sa.text("doubt <> ''"),
        )

    op.drop_table("contact")
    op.drop_table("warning_tally")
    with op.batch_alter_table("visit_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_task_task_id"))
        batch_op.drop_index(
            "ix_visit_task_guest_of_region",
            sqlite_where=sa.text("guest = 1"),
            postgresql_where=sa.text("guest"),
        )
        batch_op.drop_index(
            "ix_visit_task_guest",
            sqlite_where=sa.text("guest = 1"),
            postgresql_where=sa.text("guest"),
        )

    op.drop_table("visit_task")
    with op.batch_alter_table("visit_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_finding_visit_id"))

    op.drop_table("visit_finding")
    with op.batch_alter_table("visit_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_answer_visit_id"))

    op.drop_table("visit_answer")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_visit_untold", sqlite_where=sa.text("untold"), postgresql_where=sa.text("untold")
        )
        batch_op.drop_index(
            "ix_visit_to_rule",
            sqlite_where=sa.text("irregular = 1 AND ruling IS NULL"),
            postgresql_where=sa.text("irregular AND ruling IS NULL"),
        )
        batch_op.drop_index(
            "ix_visit_retarget",
            sqlite_where=sa.text("retarget = 'open'"),
            postgresql_where=sa.text("retarget = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_visit_region"))
        batch_op.drop_index(batch_op.f("ix_visit_opened_at"))
        batch_op.drop_index(
            "ix_visit_open",
            sqlite_where=sa.text("sealed_at IS NULL"),
            postgresql_where=sa.text("sealed_at IS NULL"),
        )
        batch_op.drop_index("ix_visit_of_enterprise_by_day")
        batch_op.drop_index("ix_visit_of_enterprise")
        batch_op.drop_index("ix_visit_list_of_region")
        batch_op.drop_index(
            "ix_visit_irregular",
            sqlite_where=sa.text("irregular = 1"),
            postgresql_where=sa.text("irregular"),
        )
        batch_op.drop_index(
            "ix_visit_begun",
            sqlite_where=sa.text("NOT complete"),
            postgresql_where=sa.text("NOT complete"),
        )
        batch_op.drop_index(
            "ix_visit_asked",
            sqlite_where=sa.text("ruling = 'ask_again'"),
            postgresql_where=sa.text("ruling = 'ask_again'"),
        )
        batch_op.drop_index("ix_visit_agency")

    op.drop_table("visit")
    with op.batch_alter_table("trace_event", schema=None) as batch_op:
        batch_op.drop_index("ix_trace_event_device")
        batch_op.drop_index("ix_trace_event_chain")

    op.drop_table("trace_event")
    with op.batch_alter_table("sync_scope", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_scope_object")

    op.drop_table("sync_scope")
    op.drop_table("sync_object_version")
    op.drop_table("sync_object")
    with op.batch_alter_table("stamp_due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stamp_due_next_try_at"))

    op.drop_table("stamp_due")
    op.drop_table("server_fact")
    op.drop_table("revocation")
    op.drop_table("result_head")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_quarantine_waiting",
            sqlite_where=sa.text("state IN ('open', 'resend')"),
            postgresql_where=sa.text("state IN ('open', 'resend')"),
        )
        batch_op.drop_index(batch_op.f("ix_quarantine_visit_id"))
        batch_op.drop_index(batch_op.f("ix_quarantine_event_id"))

    op.drop_table("quarantine")
    op.drop_table("platform_key")
    with op.batch_alter_table("parameter", schema=None) as batch_op:
        batch_op.drop_index("ix_parameter_key")

    op.drop_table("parameter")
    with op.batch_alter_table("legal_basis", schema=None) as batch_op:
        batch_op.drop_index("ix_legal_basis_list")

    op.drop_table("legal_basis")
    op.drop_table("key_set")
    op.drop_table("key_check")
    op.drop_table("holiday_year")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_hold_waiting",
            sqlite_where=sa.text("released_at IS NULL AND expired_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL AND expired_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_hold_until"))
        batch_op.drop_index("ix_hold_chain")

    op.drop_table("hold")
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_file_sha256")

    op.drop_table("evidence_file")
    op.drop_table("event_ledger")
    op.drop_table("epoch")
    op.drop_table("enterprise_counter")
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_region"))
        batch_op.drop_index(batch_op.f("ix_enterprise_name"))

    op.drop_table("enterprise")
    op.drop_table("day_turn")
    op.drop_table("daily_anchor")
    with op.batch_alter_table("change_log", schema=None) as batch_op:
        batch_op.drop_index("ix_change_log_scope")

    op.drop_table("change_log")
    with op.batch_alter_table("given_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_receipt_given_at"))

    op.drop_table("given_receipt")
    op.drop_table("chain_head")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_who_id"))
        batch_op.drop_index("ix_audit_entry_object")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_agency_id"))

    op.drop_table("audit_entry")
    op.drop_table("anchor_leaf")
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_index("ix_agency_list")

    op.drop_table("agency")
