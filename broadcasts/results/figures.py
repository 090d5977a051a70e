"""What came of sends, in figures: each with what it is a share of, and where it is from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast, Insight, Outcome
from broadcasts.results import outcome, progress, sources
from broadcasts.results.progress import Progress

Text = str | Promise


class Why(StrEnum):
    """Why LINE's figures are not there."""

    KNOWN = "known"
    AWAITED = "awaited"
    HIDDEN = "hidden"
    UNNAMED = "unnamed"
    UNANSWERED = "unanswered"


REASONS: dict[Why, Text] = {
    Why.KNOWN: "",
    Why.AWAITED: _("LINE’s figures are copied first on the day after the send."),
    Why.HIDDEN: _("LINE hides figures of fewer than 20 people. It is not zero."),
    Why.UNNAMED: _(
        "LINE did not count this send: of the 1,000 names a month that it counts under none was left, or the "
        "last ones were kept for larger sends."
    ),
    Why.UNANSWERED: _("LINE has given no figures for this send."),
}


@dataclass(frozen=True)
class ByLine:
    """LINE's latest figures, added up over what it counts apart; None where it hides all of them.

    Where it hides a part there are at least so many.
    """

    delivered: int = 0  # people to whom they refer
    opened: int | None = None
    clicked: int | None = None
    is_least_opened: bool = False
    is_least_clicked: bool = False
    day: int | None = None  # after the send
    taken_at: datetime | None = None
    why: Why = Why.AWAITED

    @property
    def is_final(self) -> bool:
        return self.day == sources.DAYS[-1]

    @property
    def reason(self) -> Text:
        return REASONS[self.why]


@dataclass(frozen=True)
class Figures:
    """Of one send, or of one variant of it. `outcome` is None while nothing was counted yet."""

    broadcast: Broadcast
    progress: Progress
    line: ByLine
    outcome: Outcome | None

    @property
    def delivered(self) -> int:
        return self.progress.accepted

    @property
    def opened(self) -> int | None:
        return self.line.opened

    @property
    def clicked(self) -> int | None:
        """People who clicked: by our links where each had their own, else as LINE counts them."""
        return self.progress.people if self.broadcast.tracks_people else self.line.clicked

    @property
    def clicked_of(self) -> int:
        return self.delivered if self.broadcast.tracks_people else self.line.delivered


def of(broadcast: Broadcast) -> Figures:
    """With what people did until now, counted anew while that may change."""
    [found] = of_many([broadcast])
    if broadcast.started_at and not (found.outcome and found.outcome.is_final):
        return Figures(broadcast, found.progress, found.line, outcome.measured(broadcast))
    return found


def of_many(broadcasts: Sequence[Broadcast]) -> list[Figures]:
    """In their order, with what people did as it was last counted; in seven queries however many."""
    ids = [each.pk for each in broadcasts]
    progresses = progress.of_many(broadcasts)
    outcomes = Outcome.objects.in_bulk(ids, field_name="broadcast_id")
    copies = latest(ids)
    return [
        Figures(
            broadcast=each,
            progress=progresses[each.pk],
            line=added(copies.get(each.pk, []), each),
            outcome=outcomes.get(each.pk),
        )
        for each in broadcasts
    ]


def latest(broadcast_ids: Sequence[int]) -> dict[int, list[Insight]]:
    """By broadcast, LINE's latest answer for each of the things that it counts apart."""
    ready = Insight.objects.ready().filter(broadcast__in=broadcast_ids).defer("data")
    found: dict[tuple, Insight] = {}
    for row in ready.order_by("day"):
        found[row.broadcast_id, row.variant_id, row.send_id] = row
    by_broadcast: dict[int, list[Insight]] = {}
    for row in found.values():
        by_broadcast.setdefault(row.broadcast_id, []).append(row)
    return by_broadcast


def added(rows: Sequence[Insight], broadcast: Broadcast) -> ByLine:
    """Nobody is in two of them, so that people add up."""
    if not rows:
        return ByLine(why=_why_nothing(broadcast))
    opened, clicked = ([getattr(row, name) for row in rows] for name in ("opened", "clicked"))
    is_hidden = all(figure is None for figure in opened)
    return ByLine(
        delivered=sum(row.delivered or 0 for row in rows),
        opened=_sum(opened),
        clicked=_sum(clicked),
        is_least_opened=not is_hidden and None in opened,
        is_least_clicked=None in clicked and any(figure is not None for figure in clicked),
        day=min(row.day for row in rows),
        taken_at=max(row.taken_at for row in rows),
        why=Why.HIDDEN if is_hidden else Why.KNOWN,
    )


def _sum(figures: Sequence[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _why_nothing(broadcast: Broadcast) -> Why:
    is_by_line = broadcast.method in {Broadcast.Method.NARROWCAST, Broadcast.Method.BROADCAST}
    if not broadcast.unit_name and not is_by_line:
        return Why.UNNAMED
    ended = broadcast.finished_at or broadcast.started_at
    is_late = ended is not None and timezone.now() - ended > sources.LOOKED_BACK
    return Why.UNANSWERED if is_late else Why.AWAITED
