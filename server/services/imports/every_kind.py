"""Every kind of list that can be imported, by the word of the command line."""

from collections.abc import Mapping

from server.services.imports.catalogue import CHECKLISTS, ITEMS
from server.services.imports.enterprises import ENTERPRISES, FACTS, PREMISES
from server.services.imports.holidays import HOLIDAYS
from server.services.imports.kinds import Kind
from server.services.imports.officers import OFFICERS
from server.services.imports.plans import PLANS
from server.services.imports.visits import VISITS

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        PLANS,
        ENTERPRISES,
        PREMISES,
        FACTS,
        OFFICERS,
        ITEMS,
        CHECKLISTS,
        HOLIDAYS,
        VISITS,
    )
}
