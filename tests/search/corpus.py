"""The documents that the labelled queries look for, and the queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.seed import county

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Document:
    """`id` is what a label calls it."""

    id: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Labelled:
    kind: str
    query: str
    wanted: frozenset[str]


def documents() -> Iterator[Document]:
    """Legal bases, items with their checklists, enterprises."""
    for agency in county.agencies():
        for basis in agency.bases:
            yield Document(
                basis["id"], f"{basis['title']} {basis['article']}", basis.get("text", "")
            )
        for item in agency.items:
            points = " ".join(f"{point['title']} {point['content']}" for point in item["points"])
            body = f"{item['code']} {item.get('standard', '')} {points}"
            yield Document(item["code"].removeprefix("QH-"), item["name"], body)
    for id_, title, article, text in _lines("articles.tsv"):
        yield Document(id_, f"{title} {article}", text)
    for id_, name, address in _lines("firms.tsv"):
        yield Document(id_, name, address)


def queries() -> tuple[Labelled, ...]:
    return tuple(
        Labelled(kind, query, frozenset(wanted.split()))
        for kind, query, wanted in _lines("queries.tsv")
    )


def _lines(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        yield line.split("\t")
