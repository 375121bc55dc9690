"""What is left of a personal detail when the reader need not know it whole.

Masking is for screens, documents and logs. It never decides who may see the whole.
"""

_DOT = "*"


def mask_phone(text: str) -> str:
    """`13812345678` → `138****5678`; a shorter number keeps only its last two digits."""
    kept = text.strip()
    if len(kept) >= 11:
        return kept[:3] + _DOT * (len(kept) - 7) + kept[-4:]
    return _DOT * max(len(kept) - 2, 0) + kept[-2:] if len(kept) > 4 else _DOT * len(kept)


def mask_id(text: str) -> str:
    """A resident identity number with its region and last character: `370102***********X`.

    Date of birth and order number are hidden; a text of another length keeps nothing.
    """
    kept = text.strip()
    return kept[:6] + _DOT * 11 + kept[-1] if len(kept) == 18 else _DOT * len(kept)


def mask_person(name: str) -> str:
    """`张三丰` → `张**`: the family name as far as one character shows it."""
    kept = name.strip()
    return kept[:1] + _DOT * (len(kept) - 1) if len(kept) > 1 else _DOT * len(kept)


def mask_enterprise(name: str) -> str:
    """`济南明德食品有限公司` → `济南******公司`: for a page that anybody may open."""
    kept = name.strip()
    return kept[:2] + _DOT * (len(kept) - 4) + kept[-2:] if len(kept) > 4 else _DOT * len(kept)


def mask_email(text: str) -> str:
    """`lihua@example.cn` → `l***@example.cn`."""
    name, at, host = text.strip().partition("@")
    return f"{name[:1]}{_DOT * 3}{at}{host}" if at and name else _DOT * 3
