"""Links as a list claims them: a file, the client's own system, somebody of the staff. No friend has agreed here.

What a friend has proved outranks a list. What contradicts a present link follows the client's settings
(`LinkSettings.unclear`); docs/linking.md has all the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from linking.models import Link


@dataclass(frozen=True)
class Pair:
    """That a friend is a customer. The friend by LINE user id or by our number; times are aware.

    `linked_at`, `consent` and `consent_at` are what the other tool knows of how it came about.
    """

    customer: str
    line_user_id: str = ""
    friend: int | None = None
    linked_at: datetime | None = None
    consent: str = ""
    consent_at: datetime | None = None


class Outcome(StrEnum):
    LINKED = "linked"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """What became of a pair. `code` and `reason` say why it was refused, or what it contradicts."""

    outcome: Outcome
    link_id: int | None = None
    conflict_id: int | None = None
    code: str = ""
    reason: str = ""


def link_pairs(
    pairs: Sequence[Pair], *, method: Link.Method, by: User | None = None, replace: bool = False
) -> list[Result]:
    """Link all that can be linked, and say of each pair what became of it. Again, it changes nothing.

    `replace` ends what a pair contradicts, whatever the settings say.
    """
    raise NotImplementedError
