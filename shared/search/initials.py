"""The initials of the pinyin of a text, so that xfaq finds 消防安全.

Only names are kept by their initials: in a whole article nearly every pair of letters occurs.
"""

import re

from shared.search.letters import CHARACTERS
from shared.search.windows import is_han, runs, windows

# Characters read otherwise in these words than on their own.
_WORDS = {
    "重庆": "cq",
    "重复": "cf",
    "重新": "cx",
    "重建": "cj",
    "银行": "yh",
    "行业": "hy",
    "会计": "kj",
    "音乐": "yy",
    "乐器": "yq",
    "长大": "zd",
    "家长": "jz",
    "校长": "xz",
    "所长": "sz",
    "局长": "jz",
    "成长": "cz",
    "生长": "sz",
    "增长": "zz",
    "调味": "tw",
    "调料": "tl",
    "调解": "tj",
    "空调": "kt",
    "调整": "tz",
    "海参": "hs",
    "人参": "rs",
    "厦门": "xm",
    "子弹": "zd",
    "省察": "xc",
    "朝阳": "cy",
    "大夫": "df",
    "参差": "cc",
    "便宜": "py",
    "校对": "jd",
    "校准": "jz",
    "西藏": "xz",
    "宝藏": "bz",
    "系鞋": "jx",
    "传记": "zj",
    "投降": "tx",
    "曾": "z",
    "单县": "sx",
    "解县": "xx",
    "六安": "la",
    "东阿": "de",
    "仇姓": "qx",
    "播种": "bz",
    "效率": "xl",
    "率先": "sx",
    "厂房": "cf",
}
_IRREGULAR = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_LETTERS = {
    ord(character): letter for letter, characters in CHARACTERS.items() for character in characters
}


def initials(text: str) -> str:
    """Letters for characters, in their order; a character that has none is left out."""
    text = _IRREGULAR.sub(lambda found: _WORDS[found[0]], text)
    return text.translate(_LETTERS).encode("ascii", "ignore").decode("ascii")


def indexed_initials(name: str) -> str:
    """What an index keeps of a name by its initials, as words with spaces between."""
    words: list[str] = []
    for run in runs(name):
        if is_han(run):
            found = initials(run)
            words += (*windows(found), found[-1]) if len(found) > 1 else (found,)
    return " ".join(word for word in words if word)
