"""Where a client stands with its agency: the terms that hold, those to come, those before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Tenant
from contracts import words
from contracts.models import Contract


@dataclass(frozen=True)
class Terms:
    """A contract as a row of a page."""

    contract: Contract
    until: date | None  # the last month before the next terms; None: open
    is_present: bool
    is_used: bool

    @property
    def price(self) -> str:
        return words.price(self.contract)

    @property
    def more(self) -> list[str]:
        return words.more(self.contract)


@dataclass(frozen=True)
class Standing:
    """`contracts` are all of the client, the newest first."""

    client: Tenant
    contracts: Sequence[Contract]
    month: date
    issued_until: date | None = None

    @property
    def rows(self) -> list[Terms]:
        """The newest first."""
        ends = [None, *(each.valid_from for each in self.contracts)]
        return [self._row(each, end) for each, end in zip(self.contracts, ends, strict=False)]

    @property
    def present(self) -> Terms | None:
        return next((row for row in self.rows if row.is_present), None)

    @property
    def coming(self) -> Terms | None:
        """The next that will hold."""
        later = [row for row in self.rows if row.contract.valid_from > self.month]
        return later[-1] if later else None

    def _row(self, contract: Contract, next_from: date | None) -> Terms:
        begun = contract.valid_from <= self.month
        return Terms(
            contract,
            until=_before(next_from) if next_from else None,
            is_present=begun and (next_from is None or next_from > self.month),
            is_used=self.issued_until is not None and contract.valid_from <= self.issued_until,
        )


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
