"""What can go wrong, sorted by what happens next.

    BranchesporError
    ├── WrongInput         the sender or caller must act: answer with a code, quarantine, go on
    │   ├── WrongDelivery    the whole delivery is refused
    │   └── WrongSetting     a setting or a policy key is wrong: nothing starts
    ├── Unavailable        a service is away: retry with back-off, then stop and alarm
    ├── UnknownOutcome     it may have happened: stop, look in PostgreSQL, resume
    └── Fenced             another process owns the partition: drop the batch and exit

Messages say what, where and what to do. They never hold a value from the input.
"""

from collections.abc import Sequence
from datetime import date

from schemas.faults import Fault


class BranchesporError(Exception):
    """Anything this project raises on purpose."""


class WrongInput(BranchesporError):
    """What came in is wrong; trying again changes nothing."""


class WrongDelivery(WrongInput):
    """The whole delivery is refused (an F code of partners/codes.md).

    `rows` is the number of rows that could be counted, 0 where they could not (each feed's page says for which codes).
    `notices` were found before (a byte order mark). `sequence` and `period` (both days inclusive) are what could be
    read of them all the same.
    """

    def __init__(
        self,
        fault: Fault,
        rows: int = 0,
        notices: Sequence[Fault] = (),
        sequence: int | None = None,
        period: tuple[date, date] | None = None,
    ) -> None:
        where = "" if fault.line is None else f", line {fault.line}"
        super().__init__(f"{fault.code}{where}")
        self.fault, self.rows, self.notices = fault, rows, notices
        self.sequence, self.period = sequence, period


class WrongSetting(WrongInput):
    """A setting or a policy key is wrong; the message names it and says what is wanted."""


class Unavailable(BranchesporError):
    """A service that is needed cannot be reached; the message names it, its address and the setting."""


class UnknownOutcome(BranchesporError):
    """It may have happened: stop, look, resume; never skip and never repeat blindly."""


class Fenced(BranchesporError):
    """Another process owns this partition now; nothing of the batch may be kept."""
