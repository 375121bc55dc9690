"""Which of two versions of the tablet's program is older. Pure; it never decides what follows."""


def is_older(version: str, least: object) -> bool:
    """Whether `version` is before `least`; False when `least` is empty or no version.

    Versions are numbers between dots, `1.10.2`; what follows the first other character is left out.
    """
    if not isinstance(least, str) or not _numbers(least):
        return False
    return _numbers(version) < _numbers(least)


def _numbers(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split("."):
        if not (part.isascii() and part.isdigit() and len(part) < 10):
            break
        found.append(int(part))
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
