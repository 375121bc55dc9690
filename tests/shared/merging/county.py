"""Counties of any size, made from a seed: who is to be visited, and who can go."""

import random
from datetime import date, timedelta

from shared.merging.model import Calendar, Inspector, Need

MONDAY = date(2026, 3, 2)


def calendar(days: int = 20, *, slots: int = 4) -> Calendar:
    """That many weekdays from a Monday on."""
    found = (MONDAY + timedelta(days=n) for n in range(days * 2))
    return Calendar(days=tuple(day for day in found if day.weekday() < 5)[:days], slots=slots)


def inspectors(chance: random.Random, *, count: int, agencies: int) -> list[Inspector]:
    """Some with a certificate that ends meanwhile, some who must keep away from an enterprise."""
    until = MONDAY + timedelta(days=365)
    return [
        Inspector(
            officer_id=f"officer-{n:03d}",
            agency_id=f"agency-{n % agencies}",
            certified=((MONDAY, MONDAY + timedelta(days=14) if chance.random() < 0.1 else until),),
            recused=frozenset(
                f"uscc-{chance.randrange(300):03d}" for _ in range(chance.randrange(4))
            ),
        )
        for n in range(count)
    ]


def needs(
    chance: random.Random, *, tasks: int, enterprises: int, agencies: int, days: int
) -> list[Need]:
    """Tasks in the order in which they were filed, each with a window of three to ten weekdays."""
    weekdays = calendar(days).days
    found = []
    for n in range(tasks):
        firm = chance.randrange(enterprises)
        length = chance.randint(min(3, days), min(10, days))
        first = chance.randrange(days - length + 1)
        found.append(
            Need(
                task_id=f"task-{n:04d}",
                agency_id=f"agency-{chance.randrange(agencies)}",
                uscc=f"uscc-{firm:03d}",
                premise_id=f"premise-{firm:03d}",
                window_from=weekdays[first],
                window_to=weekdays[first + length - 1],
            )
        )
    return found
