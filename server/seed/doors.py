"""Door codes as pictures, to hold before the camera of a desktop tablet."""

from pathlib import Path

import segno
from sqlalchemy import select

from server.models import Enterprise, PlanTarget
from server.principal import SYSTEM
from server.services import enterprise_codes
from server.work import Parts, open_work

FOLDER = "door-codes"
SCALE = 8
BORDER = 4


def draw(parts: Parts) -> Path:
    """Draw the codes of every planned enterprise, named after it; returns their folder."""
    folder = parts.settings.data_dir / FOLDER
    folder.mkdir(exist_ok=True)
    with open_work(parts, SYSTEM) as work:
        planned = work.session.execute(
            select(Enterprise.name, PlanTarget.premise_id)
            .join(PlanTarget, PlanTarget.uscc == Enterprise.uscc)
            .distinct()
        )
        for name, premise_id in planned.all():
            path = folder / f"{name}.png"
            if not path.exists():
                code = enterprise_codes.live(work, premise_id)
                segno.make(enterprise_codes.url(work, code), error="m", micro=False).save(
                    str(path), scale=SCALE, border=BORDER
                )
    return folder
