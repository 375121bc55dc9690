"""Lists of one's own agency as CSV or XLSX."""

from collections.abc import Iterator

from flask import Blueprint, Response

from server import edge
from server.access import roles
from server.database import Aim
from server.principal import Principal
from server.services import exports
from server.web.downloads import CSV, XLSX, streamed
from server.work import Parts, open_work

blueprint = Blueprint("console_exports", __name__, url_prefix="/console/exports")


@blueprint.post("/<name>.<ending>")
@roles(*exports.READERS)
def download(name: str, ending: str) -> Response:
    """A list as a file, row by row as it is read."""
    with edge.working() as work:
        wanted = exports.begun(work, name, ending)
    told = _pieces(edge.parts(), edge.who(), wanted, ending)
    return streamed(told, CSV if ending == "csv" else XLSX, f"{name}.{ending}")


def _pieces(parts: Parts, who: Principal, wanted: exports.List, ending: str) -> Iterator[bytes]:
    with open_work(parts, who, aim=Aim.READ) as work:
        told = exports.rows(work, wanted)
        yield from exports.as_csv(told) if ending == "csv" else exports.as_xlsx(told)
