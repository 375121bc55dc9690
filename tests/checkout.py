"""Of which commit the files are that a long run was made from."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commit(*but: str) -> str:
    """The commit's short name; ` with changes` after it when files other than `but` differ."""
    except_for = (f":!{path}" for path in but)
    status = ("git", "status", "--porcelain", "--untracked-files=no", "--", ".", *except_for)
    head = _said("git", "rev-parse", "--short=12", "HEAD").strip()
    return head + (" with changes" if _said(*status).strip() else "")


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
