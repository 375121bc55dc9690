"""Everything one open store holds, each part under its name. It adds nothing of its own."""

from dataclasses import dataclass

from fieldapp.ports.clock import Clock
from fieldapp.store.evidence import EvidenceStore
from fieldapp.store.facts import Facts
from fieldapp.store.identity import Identities
from fieldapp.store.journal import Journal
from fieldapp.store.officers import Officers
from fieldapp.store.opening import Store
from fieldapp.store.outbox import Outbox
from fieldapp.store.portraits import Portraits
from fieldapp.store.receipts import Receipts
from fieldapp.store.recordings import Recordings
from fieldapp.store.reference import ReferenceCache
from fieldapp.store.search import SearchIndex
from fieldapp.store.task_list import TaskList
from fieldapp.store.timekeeping import Timekeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    store: Store
    facts: Facts
    identities: Identities
    officers: Officers
    journal: Journal
    outbox: Outbox
    evidence: EvidenceStore
    reference: ReferenceCache
    search: SearchIndex
    task_list: TaskList
    portraits: Portraits
    receipts: Receipts
    recordings: Recordings
    timekeeper: Timekeeper

    @classmethod
    def of(cls, store: Store, clock: Clock) -> "Holdings":
        search = SearchIndex(store)
        return cls(
            store=store,
            facts=Facts(store),
            identities=Identities(store),
            officers=Officers(store),
            journal=Journal(store),
            outbox=Outbox(store),
            evidence=EvidenceStore(store),
            reference=ReferenceCache(store),
            search=search,
            task_list=TaskList(store, search),
            portraits=Portraits(store),
            receipts=Receipts(store),
            recordings=Recordings(store),
            timekeeper=Timekeeper(clock, store),
        )
