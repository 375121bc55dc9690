"""The statements by which PostgreSQL writes pages of changes: nothing of them is read by us.

Each walks an index from where the tablet stands and stops at the page's end. A row is a piece of
the page, in any order, and says with it how far the page goes. `last` is plainly one row, lest
PostgreSQL keep a copy of the whole page to go through it again. What they say is said in Python as
well, for SQLite (change_log.py); a test holds one against the other.
"""

from sqlalchemy import text

_HELD = """EXISTS (
    SELECT 1 FROM sync_scope AS s WHERE s.kind = o.kind
    AND s.object_id = o.id AND s.scope_key = ANY (CAST(:scopes AS text[]))
)"""

PIECE = 25
"""So many objects PostgreSQL writes as one value. A page as one value is allocated four times over,
each time with fresh memory: a fifth of what the page costs."""

# As `change_log.Change.written` writes one.
_WRITTEN = f"""
    (object.n - 1) / {PIECE} AS piece, count(*) AS told, convert_to(string_agg(
        '{{"kind":' || to_json(object.kind) || ',"id":' || to_json(object.id)
        || ',"version":' || coalesce(object.version, 0)
        || CASE WHEN object.held THEN ',"op":"upsert","data":' || object.data || '}}'
        ELSE ',"op":"delete"}}' END,
        ',' ORDER BY object.n
    ), 'UTF8') AS written
"""

CHANGED = text(f"""
WITH entry AS MATERIALIZED (
    SELECT one.*, row_number() OVER (ORDER BY one.xid, one.seq) AS n
    FROM unnest(CAST(:scopes AS text[])) AS scope (key) CROSS JOIN LATERAL (
        SELECT l.xid, l.seq, l.kind, l.object_id FROM change_log AS l
        WHERE l.scope_key = scope.key
        AND l.xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)
        AND (l.xid, l.seq) > (CAST(:xid AS bigint), CAST(:seq AS bigint))
        ORDER BY l.xid, l.seq LIMIT CAST(:limit AS int) + 1
    ) AS one
    ORDER BY one.xid, one.seq LIMIT CAST(:limit AS int) + 1
), key AS (
    SELECT kind, object_id AS id, min(n) AS n FROM entry
    WHERE n <= CAST(:limit AS int) GROUP BY kind, object_id
), last AS MATERIALIZED (
    SELECT held.entries, one.xid, one.seq
    FROM (SELECT count(*) AS entries FROM entry) AS held CROSS JOIN LATERAL (
        SELECT xid, seq FROM entry WHERE n = least(held.entries, CAST(:limit AS int)) LIMIT 1
    ) AS one
)
SELECT page.piece, last.entries, last.xid, last.seq, page.told, page.written
FROM last, (
    SELECT {_WRITTEN} FROM (
        SELECT key.kind, key.id, key.n, o.version, o.data, NOT o.deleted AND {_HELD} AS held
        FROM key LEFT JOIN sync_object AS o ON o.kind = key.kind AND o.id = key.id
    ) AS object
    GROUP BY piece
) AS page
""")  # noqa: S608 -- put together of our own pieces
"""A page of the log below the safe line; what changed twice stands where it first did."""

GRANTED = text(f"""
WITH key AS MATERIALIZED (
    SELECT first.*, row_number() OVER (ORDER BY first.kind, first.id) AS n FROM (
        SELECT one.kind, one.object_id AS id,
        bool_or(scope.key = ANY (CAST(:scopes AS text[]))) AS held
        FROM unnest(CAST(:moved AS text[])) AS scope (key) CROSS JOIN LATERAL (
            SELECT s.kind, s.object_id FROM sync_scope AS s WHERE s.scope_key = scope.key
            AND (s.kind, s.object_id) > (CAST(:kind AS text), CAST(:id AS text))
            ORDER BY s.kind, s.object_id LIMIT CAST(:limit AS int) + 1
        ) AS one
        GROUP BY one.kind, one.object_id
        ORDER BY one.kind, one.object_id LIMIT CAST(:limit AS int) + 1
    ) AS first
), last AS MATERIALIZED (
    SELECT held.keys, one.kind, one.id
    FROM (SELECT count(*) AS keys FROM key) AS held CROSS JOIN LATERAL (
        SELECT kind, id FROM key WHERE n = least(held.keys, CAST(:limit AS int)) LIMIT 1
    ) AS one
)
SELECT page.piece, last.keys, last.kind, last.id, page.told, page.written
FROM last LEFT JOIN (
    SELECT {_WRITTEN} FROM (
        SELECT key.kind, key.id, key.n, o.version, o.data,
        NOT o.deleted AND (key.held OR {_HELD}) AS held
        FROM key LEFT JOIN sync_object AS o ON o.kind = key.kind AND o.id = key.id
        WHERE key.n <= CAST(:limit AS int)
    ) AS object
    WHERE object.held OR CAST(:tell_gone AS boolean)
    GROUP BY piece
) AS page ON true
""")  # noqa: S608 -- put together of our own pieces
"""A page of what moved scopes hold, in the order of (kind, id); of a scope that the tablet has now
every object is its own without another look."""
