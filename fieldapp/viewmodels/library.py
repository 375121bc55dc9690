"""The library: laws, items and checklists of this tablet, read and searched without a network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.session import Session
from fieldapp.store.search import Hit, Shelf
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.filing import cited
from fieldapp.viewmodels.parts import NO_ACTION, Action
from shared.reference import Form, Item, LegalBasis, References
from shared.search.windows import runs

_STATE = "中华人民共和国"
"""In the name of every law: left out where there is room for a line only."""

AROUND = 28
"""How many characters of a text stand around the word that was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRow:
    """One find; `key` is its kind, id and version with slashes between."""

    key: str = ""
    name: str = ""
    kind: str = ""
    excerpt: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading and what stands below it."""

    key: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    query: str = ""
    said: str = ""
    rows: tuple[LibraryRow, ...] = ()
    name: str = ""
    kind: str = ""
    passages: tuple[Passage, ...] = ()
    empty: bool = False
    back: Action = NO_ACTION


class LibraryViewModel:
    def __init__(self, duty: Duty, show: Callable[[LibraryState], None]) -> None:
        self.duty = duty
        self._show = show
        self._query = ""
        self._chosen: Hit | None = None

    def enter(self) -> None:
        self._query, self._chosen = "", None
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def search(self, text: str) -> None:
        """What somebody typed is now this."""
        if text != self._query:
            self._query = text
            self.refresh()

    def choose(self, key: str) -> None:
        """Read one of the finds."""
        kind, rest = key.split("/", 1)
        id_, version = rest.rsplit("/", 1)
        self._chosen = Hit(kind, id_, int(version))
        self.refresh()

    def back(self) -> None:
        self.duty.go(self.duty.came_from)

    def refresh(self) -> None:
        if not self.duty.unlocked:
            return
        session = self.duty.session
        refs = session.references()
        hits = self._hits(session, refs)
        shown = self._chosen if self._chosen in hits else next(iter(hits), None)
        name, passages = _read(refs, shown) if shown else ("", ())
        self._show(
            LibraryState(
                query=self._query,
                said=self._said(len(hits)),
                rows=tuple(self._row(refs, hit, chosen=hit == shown) for hit in hits),
                name=name,
                kind=_kind(shown.kind) if shown else "",
                passages=passages,
                empty=not hits,
                back=Action(key="library.back", label=_("返回"), icon="back"),
            )
        )

    def _hits(self, session: Session, refs: References) -> tuple[Hit, ...]:
        """What the words find; without words the items and the laws by name."""
        if runs(self._query):
            found = session.desk.held.search.find(self._query, Shelf.LIBRARY)
            return tuple(hit for hit in found if _known(refs, hit) is not None)
        items = sorted(refs.items.values(), key=lambda item: item.code)
        bases = sorted(refs.bases.values(), key=lambda basis: (basis.title, basis.id))
        return (
            *(Hit("item", item.id) for item in items),
            *(Hit("legal_basis", basis.id) for basis in bases),
        )

    def _said(self, count: int) -> str:
        if not runs(self._query):
            return _("共 {count} 条；可输入词语、条号或拼音首字母").format(count=count)
        return _("找到 {count} 条").format(count=count) if count else _("没有找到，请换个说法试试")

    def _row(self, refs: References, hit: Hit, *, chosen: bool) -> LibraryRow:
        name, passages = _read(refs, hit)
        text = " ".join(passage.text for passage in passages)
        return LibraryRow(
            key=f"{hit.kind}/{hit.id}/{hit.version}",
            name=name.replace(_STATE, ""),
            kind=_kind(hit.kind),
            excerpt=excerpt(text, self._query),
            chosen=chosen,
        )


def excerpt(text: str, query: str) -> str:
    """A piece of the text, around the first word of the query that stands in it."""
    text = " ".join(text.split())
    words = (run[:length] for run in runs(query) for length in range(len(run), 1, -1))
    at = next((text.find(word) for word in words if word in text), 0)
    start = max(0, at - AROUND // 2)
    piece = text[start : start + AROUND * 2]
    return f"{'…' if start else ''}{piece}{'…' if start + AROUND * 2 < len(text) else ''}"


def _known(refs: References, hit: Hit) -> Item | LegalBasis | Form | None:
    if hit.kind == "item":
        return refs.items.get(hit.id)
    if hit.kind == "legal_basis":
        return refs.bases.get(hit.id)
    return refs.forms.get((hit.id, hit.version))


def _read(refs: References, hit: Hit) -> tuple[str, tuple[Passage, ...]]:
    match _known(refs, hit):
        case Item() as item:
            return item.name, tuple(_of_item(refs, item))
        case LegalBasis() as basis:
            return cited(basis), tuple(_of_basis(refs, basis))
        case Form() as form:
            return form.name, tuple(
                Passage(key=point.id, name=f"{point.no}　{point.title}", text=point.content)
                for point in form.points
            )
    return "", ()


def _of_item(refs: References, item: Item) -> Iterator[Passage]:
    since = moments.full_day(item.published_from)
    until = item.published_to
    said = _("{day} 起公布").format(day=since)
    if until is not None:
        said = _("{first} 至 {last} 公布").format(first=since, last=moments.full_day(until))
    yield Passage(key="code", name=_("事项编码"), text=f"{item.code} · {said}")
    for basis in (refs.bases[id_] for id_ in item.basis_ids if id_ in refs.bases):
        yield Passage(key=basis.id, name=cited(basis), text=basis.text)


def _of_basis(refs: References, basis: LegalBasis) -> Iterator[Passage]:
    yield Passage(key="text", name="", text=basis.text or _("本机没有条文全文。"))
    citing = [item.name for item in refs.items.values() if basis.id in item.basis_ids]
    if citing:
        yield Passage(key="items", name=_("引用它的检查事项"), text=moments.several(citing))


def _kind(code: str) -> str:
    return {
        "item": _("检查事项"),
        "legal_basis": _("法律依据"),
        "form": _("检查表"),
    }.get(code, code)
