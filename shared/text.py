"""One sentence in both languages, Chinese first. It never chooses which one is shown."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The languages every sentence exists in; the first is the default."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence a person reads, so that shared/ needs no catalogue and no locale."""

    zh: str
    en: str

    def into(self, language: Language | str) -> str:
        """The sentence in `language`; anything but English is answered in Chinese."""
        return self.en if str(language).partition("-")[0].lower() == Language.EN else self.zh

    def filled(self, **facts: object) -> "Text":
        """The same sentence with its `{names}` replaced, in both languages alike."""
        return Text(zh=self.zh.format(**facts), en=self.en.format(**facts))
