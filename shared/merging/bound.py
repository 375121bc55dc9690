"""How few visits there can be at all, whoever plans them: nothing of the solver is believed.

At one premise the fewest days that meet every window are found by taking, again and again, the
last day of the window that ends first, with all the tasks that day meets. Officers are not looked
at: with too few of them the true minimum is higher, never lower.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from shared.merging.model import Calendar, Need, by_premise

Days = Callable[[Need], Sequence[date]]


def fewest_visits(needs: Iterable[Need], calendar: Calendar) -> int:
    """Of the tasks with a working day in their window."""
    return sum(len(groups(each, calendar.of)) for each in by_premise(needs).values())


def groups(needs: Iterable[Need], days: Days) -> list[list[Need]]:
    """The tasks of one premise in as few visits as their days allow; without any day, left out.

    `days` gives the days, in order, on which a task can be done.
    """
    waiting = sorted(
        (need for need in needs if days(need)), key=lambda need: (days(need)[-1], need.task_id)
    )
    found = []
    while waiting:
        last = days(waiting[0])[-1]
        found.append([need for need in waiting if last in days(need)])
        waiting = [need for need in waiting if last not in days(need)]
    return found
