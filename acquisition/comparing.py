"""Two groups beside each other: by how much they differ, and whether that is more than chance."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acquisition.errors import NoSuchGroup
from acquisition.figures import Counted
from acquisition.grouping import Name
from acquisition.table import Row, Table
from broadcasts.choosing import comparing
from broadcasts.choosing.comparing import Range, Sample


@dataclass(frozen=True)
class Difference:
    """One figure of both, and the first less the second with the limits that hold at 95 %."""

    code: str
    label: str | Promise
    first: float | None
    second: float | None
    range: Range | None
    is_share: bool = True
    more_is_better: bool = True

    @property
    def better(self) -> str:
        """`first` or `second` where the difference is clear, else nothing."""
        if self.range is None or not self.range.is_clear:
            return ""
        return "first" if (self.range.value > 0) == self.more_is_better else "second"


@dataclass(frozen=True)
class Compared:
    first: Row
    second: Row
    differences: list[Difference]

    @property
    def told(self) -> list[tuple[Difference, Name | None]]:
        """Each with the name of the better group, where that is clear."""
        names = {"first": self.first.name, "second": self.second.name}
        return [(each, names.get(each.better)) for each in self.differences]

    @property
    def is_few(self) -> bool:
        return self.first.people.is_few or self.second.people.is_few


def of(table: Table, first: str, second: str) -> Compared:
    """Raises NoSuchGroup."""
    one, other = table.row(first), table.row(second)
    if one is None or other is None or first == second:
        raise NoSuchGroup
    return Compared(one, other, _differences(one.people, other.people))


def _differences(one: Counted, other: Counted) -> list[Difference]:
    return [
        _share("linked", _("Linked"), (one.linked, one.new), (other.linked, other.new)),
        _share(
            "blocked_7",
            _("Blocked within 7 days"),
            (one.blocked_week, one.over_week),
            (other.blocked_week, other.over_week),
            more_is_better=False,
        ),
        _share(
            "blocked_30",
            _("Blocked within 30 days"),
            (one.blocked_month, one.old_enough(1)),
            (other.blocked_month, other.old_enough(1)),
            more_is_better=False,
        ),
        _share(
            "kept_90",
            _("Friends after 90 days"),
            (one.kept(3), one.old_enough(3)),
            (other.kept(3), other.old_enough(3)),
        ),
        _share("buyers", _("Bought"), (one.buyers, one.new), (other.buyers, other.new)),
        _revenue(one, other),
    ]


def _share(
    code: str,
    label: Promise | str,
    one: tuple[int, int],
    other: tuple[int, int],
    *,
    more_is_better: bool = True,
) -> Difference:
    rates = _rate(*one), _rate(*other)
    likely = comparing.shares(*one, *other)
    return Difference(code, label, *rates, likely, more_is_better=more_is_better)


def _revenue(one: Counted, other: Counted) -> Difference:
    first, second = (Sample(each.new, float(each.revenue), each.squares) for each in (one, other))
    means = first.mean if first.people else None, second.mean if second.people else None
    likely = comparing.means(first, second)
    return Difference("revenue", _("Revenue per friend"), *means, likely, is_share=False)


def _rate(count: int, people: int) -> float | None:
    return count / people if people else None
