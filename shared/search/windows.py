"""Text as a search index keeps it: words of two characters that overlap, figures, letters.

Chinese has no spaces, and an index of whole sentences or of three characters finds no 消防. Every
two neighbours are a word instead, and words that follow each other are a phrase. The last
character stands alone as well, so that a single one is found by a prefix.
"""

import re
import unicodedata

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
RUN = re.compile(rf"[{HAN}]+|[0-9a-z]+")
_EMPTY_WORDS = ("中华人民共和国",)
"""In the name of every law, and therefore telling nothing."""
_ARTICLE = re.compile(
    r"第([0-9]+|[\u3007零一二三四五六七八九十百]+)条(?:之([一二三四五六七八九十]))?"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"\u3007": 0}


def runs(text: str) -> list[str]:
    """Chinese, and figures or Latin letters, each by itself; small letters, half width."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for empty in _EMPTY_WORDS:
        text = text.replace(empty, " ")
    return RUN.findall(_ARTICLE.sub(_article, text))


def is_han(run: str) -> bool:
    return not run[0].isascii()


def windows(run: str) -> tuple[str, ...]:
    """Every two neighbours of a run; a run of one is its own."""
    return tuple(run[i : i + 2] for i in range(len(run) - 1)) or (run,)


def indexed(text: str) -> str:
    """What an index keeps of a text, as words with spaces between."""
    words: list[str] = []
    for run in runs(text):
        words += (*windows(run), run[-1]) if is_han(run) and len(run) > 1 else (run,)
    return " ".join(words)


def number(text: str) -> int:
    """A number below a thousand as laws write it: 四十五 is 45, 一百零三 is 103."""
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += max(digit, 1) * (100 if sign == "百" else 10)
            digit = 0
    return total + digit


def _article(found: re.Match[str]) -> str:
    """An article by its figure: 第四十五条 and 第45条 are the same word."""
    more = f" z{number(found[2])}" if found[2] else ""
    return f" {number(found[1])}{more} "
