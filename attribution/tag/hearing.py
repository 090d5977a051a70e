"""What was heard of the tag: that it works, how much it told of late, and what may be wrong."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from attribution.models import PageTag, TagDay

DAYS = 7
RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """How often something was told in the last days: of known people, and of all."""

    what: str
    name: str
    count: int
    known_count: int

    @property
    def words(self) -> str:
        return self.name or str(TagDay.What(self.what).label)


@dataclass(frozen=True)
class Heard:
    tag: PageTag
    lines: list[Line] = field(default_factory=list)

    @property
    def is_now(self) -> bool:
        """Whether a report came in the last minutes."""
        return _is_since(self.tag.seen_at, timezone.now() - RECENT)

    @property
    def is_refused(self) -> bool:
        """Whether a page that is not named in the settings reported since the last good report."""
        refused = self.tag.refused_at
        return refused is not None and (self.tag.seen_at is None or refused > self.tag.seen_at)

    @property
    def knows_nobody(self) -> bool:
        """Whether reports come in, and none of them of a person who is known."""
        return bool(self.lines) and not any(line.known_count for line in self.lines)


def of(tag: PageTag) -> Heard:
    since = timezone.localdate() - timedelta(days=DAYS - 1)
    rows = TagDay.objects.filter(day__gte=since).order_by().values_list("what", "name")
    summed = {row[:2]: Line(*row) for row in rows.annotate(all=Sum("count"), known=Sum("known_count"))}
    order = {what: place for place, what in enumerate(TagDay.What.values)}
    lines = sorted(summed.values(), key=lambda line: (order[line.what], -line.count, line.name))
    return Heard(tag, lines)


def _is_since(at: datetime | None, moment: datetime) -> bool:
    return at is not None and at >= moment
