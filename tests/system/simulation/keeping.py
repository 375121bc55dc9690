"""Seeds that once found a fault of the product: replayed by every `make test`.

A line of kept.txt is a seed, and after a `#` what it found. A run is made of the simulator's own
draws, so a change of the simulator makes another run of the same seed: what a line found is then
looked for again, or covered by a test of its own beside the code that was mended.
"""

from pathlib import Path

KEPT = Path(__file__).with_name("kept.txt")


def kept_seeds() -> list[int]:
    """Every kept seed, in the file's order."""
    lines = (line.partition("#")[0].strip() for line in KEPT.read_text("utf-8").splitlines())
    return [int(line) for line in lines if line]


def keep(seed: int, found: str) -> None:
    """Add a seed that went wrong, unless it is there already."""
    if seed not in kept_seeds():
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{seed}  # {found[:100]}\n")
