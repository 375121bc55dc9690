"""A person at the keyboard: nothing here ever touches the mouse, or a field except by its keys."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST_STEPS = 150
FOCUSED = "element => element === document.activeElement"


@dataclass(frozen=True, slots=True)
class Keyboard:
    page: "Page"

    def reach(self, wanted: "Locator") -> None:
        """Go on with Tab until `wanted` has the focus."""
        wanted.wait_for()
        for _ in range(MOST_STEPS):
            if wanted.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {wanted}.")

    def write(self, label: str, text: str) -> None:
        """Type into the field called `label`, instead of what is there."""
        self.reach(self.page.get_by_label(label, exact=True).first)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def day(self, label: str, value: date) -> None:
        """Type a day into its three parts, in whichever order this browser has them."""
        field = self.page.get_by_label(label, exact=True).first
        for order in ("%m%d%Y", "%Y%m%d"):
            self.reach(field)
            self.page.keyboard.type(value.strftime(order))
            if field.input_value() == value.isoformat():
                return
            self._to_first_part(field)
        raise AssertionError(f"{label} does not take a day.")

    def _to_first_part(self, field: "Locator") -> None:
        while field.evaluate(FOCUSED):
            self.page.keyboard.press("Shift+Tab")
        self.page.keyboard.press("Tab")

    def tick(self, label: str) -> None:
        """Tick the first box called `label` that is not ticked."""
        box = self.page.get_by_role("checkbox", name=label).first
        self.reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")

    def choose(self, label: str, option: str) -> None:
        """Go down the list called `label` to an option."""
        found = self.page.get_by_label(label, exact=True)
        self.reach(found)
        wanted = found.locator("option", has_text=option).get_attribute("value")
        for _ in range(MOST_STEPS):
            if found.input_value() == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} has no {option}.")

    def press(self, name: str) -> None:
        """Press the button called `name`, which leads to another page."""
        self.reach(self.page.get_by_role("button", name=name).last)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press_here(self, name: str) -> None:
        """Press the button called `name`, which changes a part of this page."""
        self.reach(self.page.get_by_role("button", name=name).last)
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        """Follow the link called `name`."""
        self.reach(self.page.get_by_role("link", name=name).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
