"""The language the tablet speaks now: Chinese, which is in the code, or English, by catalogue.

Only words for officers pass through here. The documents an enterprise signs stay Chinese.
"""

from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path

from shared.text import Language, Text

LOCALE = Path(__file__).with_name("locale")


class _Speaker:
    """Which language is spoken; one for the whole program, as there is one screen."""

    def __init__(self) -> None:
        self.language = Language.ZH
        self.catalogue: NullTranslations | GNUTranslations = NullTranslations()

    def speak(self, language: Language) -> None:
        self.language = language
        self.catalogue = (
            NullTranslations()
            if language is Language.ZH
            else translation("messages", LOCALE, [language.value], fallback=True)
        )


_speaker = _Speaker()


def _(chinese: str) -> str:
    """The sentence in the current language; the msgid is the Chinese sentence itself."""
    return _speaker.catalogue.gettext(chinese) if chinese else ""


def say(text: Text) -> str:
    """A sentence of shared/ in the current language."""
    return text.into(_speaker.language)


def current() -> Language:
    return _speaker.language


def use(language: Language) -> None:
    """Speak `language` from now on; screens already drawn must be drawn again."""
    _speaker.speak(language)
