"""Every job by its name. A test finds a name without a function."""

from collections.abc import Callable, Mapping

from server.job_names import JobName
from server.jobs.calling import make_call
from server.jobs.drawing import draw_document
from server.jobs.escalating import escalate_notice
from server.jobs.holding import expire_hold
from server.jobs.importing import run_import
from server.jobs.merging import find_merges
from server.jobs.rating import close_quarter
from server.jobs.sending import send_message
from server.jobs.signing_in import send_sign_in_code
from server.jobs.stamping import stamp_visit
from server.jobs.telling import tell_result
from server.jobs.voiding import void_draw
from server.work import Parts

Job = Callable[..., None]

JOBS: Mapping[JobName, Job] = {
    JobName.SEND_MESSAGE: send_message,
    JobName.MAKE_CALL: make_call,
    JobName.DRAW_DOCUMENT: draw_document,
    JobName.ESCALATE_NOTICE: escalate_notice,
    JobName.EXPIRE_HOLD: expire_hold,
    JobName.STAMP_VISIT: stamp_visit,
    JobName.TELL_RESULT: tell_result,
    JobName.VOID_DRAW: void_draw,
    JobName.RUN_IMPORT: run_import,
    JobName.FIND_MERGES: find_merges,
    JobName.CLOSE_QUARTER: close_quarter,
    JobName.SEND_SIGN_IN_CODE: send_sign_in_code,
}


def run(parts: Parts, name: str, ids: Mapping[str, str]) -> None:
    """Run a job by its name."""
    JOBS[JobName(name)](parts, **ids)
