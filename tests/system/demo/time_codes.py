"""Time codes as a person's phone shows them, each used once, as the server demands.

The server takes the code of the step before, of now and of the next, always a newer one than the
last; so three may follow each other at once and a fourth waits.
"""

import time
from dataclasses import dataclass

import pyotp

from server.clock import SystemClock

STEP_S = 30
# A code of the step before is only shown while it stays good long enough to be typed.
TYPING_S = 15


@dataclass
class TimeCodes:
    otpauth: str
    last: int = 0

    def next(self) -> str:
        """The next code that will be taken; waits when all that could be are used."""
        step = max(self.last + 1, self._oldest_good())
        while step > self._now() // STEP_S + 1:
            time.sleep(0.2)
        self.last = step
        return pyotp.TOTP(pyotp.parse_uri(self.otpauth).secret).generate_otp(step)

    def _oldest_good(self) -> int:
        step, passed = divmod(self._now(), STEP_S)
        return step - 1 if STEP_S - passed > TYPING_S else step

    def _now(self) -> int:
        return int(SystemClock().now().timestamp())
