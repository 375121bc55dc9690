"""What a log line may hold. Bodies are never logged; phones and ID numbers are struck out.

The filter is the last net, not the rule: nothing should hand such a value to a logger at all.
"""

import logging
import re

STRUCK = "…"
# Resident IDs (18 or 15 digits, with a date inside), mobile and landline numbers, e-mail
# addresses, our own secrets.
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z-])(?:"
    r"\d{6}(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]?|"
    r"(?:\+?86[- ]?)?1[3-9]\d{9}|"
    r"0\d{2,3}-\d{7,8}"
    r")(?![0-9A-Za-z-])"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|\bmc[pdwe]_[\w-]{20,}"
    r"|/[nr]/[\w-]{16,}"
)


class StrikeOutPersonal(logging.Filter):
    """Replace what looks personal or secret in the finished message, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PERSONAL.sub(STRUCK, record.getMessage())
        record.args = None
        return True


class StruckFormatter(logging.Formatter):
    """Strikes tracebacks too: an exception's text may quote what it choked on."""

    def formatException(self, ei: object) -> str:  # noqa: N802 -- logging's own name
        return PERSONAL.sub(STRUCK, super().formatException(ei))  # type: ignore[arg-type]


def configure(level: str = "INFO") -> None:
    """Send all logging of this process to standard error, filtered."""
    handler = logging.StreamHandler()
    handler.addFilter(StrikeOutPersonal())
    handler.setFormatter(StruckFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it lists its plugins at every start
