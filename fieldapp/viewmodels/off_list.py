"""清单外问题: what was found that no point of the form asks about, in words, with its basis (R11).

The basis is chosen from the library, never typed: no finding rests on a law that is not there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from fieldapp.language import _
from fieldapp.store.search import Shelf
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.filing import cited
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.severities import severities
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind
from shared.reference import LegalBasis
from shared.search.windows import runs

MOST_BASES = 5
"""How many are offered at once; a word of the search brings others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    text: str = ""
    severity: str = ""
    basis: LegalBasis | None = None
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffListState:
    text: str = ""
    severities: tuple[Choice, ...] = ()
    query: str = ""
    bases: tuple[Choice, ...] = ()
    article: str = ""
    """What the chosen basis says."""
    past: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class OffListViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[OffListState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._draft = _Draft()

    def enter(self) -> None:
        self._draft = _Draft()
        super().enter()

    def text(self, text: str) -> None:
        """What was found, in the officer's words."""
        self._write(text=text)

    def severity(self, severity: str) -> None:
        self._write(severity=severity)

    def search(self, query: str) -> None:
        """Which laws are offered."""
        self._write(query=query)

    def basis(self, basis_id: str) -> None:
        """One of the laws on offer was touched."""
        self._write(basis=self._bases().get(basis_id))

    def other(self, key: str) -> None:
        """Back to the points of the form."""
        if key == "off_list.back":
            self.duty.go(Place.CHECKLIST)

    def act(self) -> None:
        """Record the finding; another may follow."""
        draft = self._draft
        if not self._primary().open or draft.basis is None:
            return
        payload = {
            "text": draft.text.strip(),
            "basis": cited(draft.basis),
            "severity": draft.severity,
        }
        if self.take(EventKind.OFF_LIST_FINDING, payload) is not None:
            self._draft = _Draft()
            self.said = Said(text=_("已登记清单外问题，写入笔录和结果。"), tone="fine")
        self.refresh()

    def refresh(self) -> None:
        draft = self._draft
        names = {each.key: each.label for each in severities("")}
        self._show(
            OffListState(
                text=draft.text,
                severities=tuple(severities(draft.severity)),
                query=draft.query,
                bases=tuple(self._offered()),
                article=draft.basis.text if draft.basis else "",
                past=tuple(
                    Fact(name=names[one.severity], value=f"{one.text}（{one.basis}）")
                    for one in self.visit.state.off_list
                ),
                primary=self._primary(),
                others=(Action(key="off_list.back", label=_("返回检查表"), icon="back"),),
                said=self.said,
            )
        )

    def _write(self, **changes: object) -> None:
        changed = replace(self._draft, **changes)  # type: ignore[arg-type]
        if changed != self._draft:
            self._draft = changed
            self.refresh()

    def _bases(self) -> dict[str, LegalBasis]:
        """The library's, as the tablet holds it today."""
        return dict(self.visit.session.references().bases)

    def _offered(self) -> Iterator[Choice]:
        """What the words find; without words the laws that this inspection rests on come first."""
        known, chosen = self._bases(), self._draft.basis
        ids = self._found() if runs(self._draft.query) else self._near(known)
        for id_ in islice((id_ for id_ in ids if id_ in known), MOST_BASES):
            is_chosen = chosen is not None and id_ == chosen.id
            yield Choice(key=id_, label=cited(known[id_]), chosen=is_chosen)

    def _found(self) -> list[str]:
        held = self.visit.session.desk.held
        hits = held.search.find(self._draft.query, Shelf.LIBRARY)
        return [hit.id for hit in hits if hit.kind == "legal_basis"]

    def _near(self, known: dict[str, LegalBasis]) -> list[str]:
        own = [basis for basis in self.visit.refs.bases if basis in known]
        rest = sorted(known, key=lambda id_: (known[id_].title, id_))
        chosen = [self._draft.basis.id] if self._draft.basis else []
        return list(dict.fromkeys([*chosen, *own, *rest]))

    def _primary(self) -> Action:
        reason: str = self.visit.why(EventKind.OFF_LIST_FINDING)
        if not reason and not self._draft.text.strip():
            reason = _("请写明发现的事实。")
        if not reason and not self._draft.severity:
            reason = _("请选择问题的严重程度。")
        if not reason and self._draft.basis is None:
            reason = _("请从法规库选择依据，没有依据的不能登记。")
        return Action(
            key="off_list.register", label=_("登记清单外问题"), icon="check", reason=reason
        )
