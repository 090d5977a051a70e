"""What the pages of a plan show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.models import Broadcast
from broadcasts.results import figures
from broadcasts.results.figures import Figures
from segments import tree
from segments.errors import InvalidTree
from segments.leaves import Moment
from touchpoints import basis, costing, flow, judging, movement, starting
from touchpoints.basis import Judge
from touchpoints.costing import Cost, Expected
from touchpoints.errors import NothingToMoveFrom
from touchpoints.flow import Flow
from touchpoints.judging import Judged
from touchpoints.models import Admission, Kind, Period, TouchClass
from touchpoints.movement import Movement
from touchpoints.ready import BY_KIND

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RESPONDED = (Kind.BOUGHT, Kind.CLICKED, Kind.OPENED)
SILENT = (Kind.UNKNOWN, Kind.UNOPENED)
WAITING = "waiting"
STATES: "dict[str, tuple[StrOrPromise, str]]" = {
    "none": (gettext_lazy("Nothing planned"), ""),
    "planned": (gettext_lazy("Planned"), "warn"),
    WAITING: (gettext_lazy("Waits for its time"), "busy"),
    "entering": (gettext_lazy("Enter the scenario"), "busy"),
    "entered": (gettext_lazy("Have entered the scenario"), "good"),
    "stopped": (gettext_lazy("Stopped"), ""),
}
BADGES = {"sent": "good", "approved": "good", "scheduled": "busy", "sending": "busy", "preparing": "busy"} | {
    "failed": "bad",
    "draft": "warn",
    "needs_check": "warn",
    "paused": "warn",
}


@dataclass(frozen=True)
class State:
    code: str
    label: str
    badge: str


@dataclass
class Row:
    """A class with its size and what is planned. `opened` is how many of them probably opened."""

    each: TouchClass
    place: int
    count: int | None
    words: str
    problem: str
    state: State
    opened: int | None = None
    expected: Expected | None = None
    figures: Figures | None = None
    admission: Admission | None = None
    messages: list[dict] | None = None
    is_ready: bool = False

    @property
    def said(self) -> str:
        """The beginning of what they are told."""
        if not self.messages:
            return ""
        first = self.messages[0]
        return str(first.get("text") or first.get("altText") or first.get("type", ""))

    @property
    def change(self) -> int | None:
        if self.count is None or self.each.start_count is None:
            return None
        return self.count - self.each.start_count


@dataclass(frozen=True)
class Shown:
    """A period as its page shows it. `open_rate` is the share of opens that LINE counted of its sends."""

    period: Period
    rows: list[Row]
    sends: list[Judge]
    everyone: int
    gone: int
    open_rate: float | None
    cost: Cost
    judged: Judged | None

    @property
    def addable(self) -> list[tuple[str, "StrOrPromise"]]:
        """Ready-made classes that were taken out."""
        there = {row.each.kind for row in self.rows}
        return [(kind.value, kind.label) for kind in BY_KIND if kind not in there]

    @property
    def startable(self) -> int:
        return len(self.cost.classes)


@dataclass(frozen=True)
class Moved:
    """The movement of a period with its picture, and the question that it answers."""

    period: Period
    movement: Movement
    flow: Flow
    question: str
    answer: str


def shown(period: Period) -> Shown:
    moment = Moment.present()
    judged = judging.judge(period, moment) if period.is_open else None
    classes = judged.classes if judged else period.ordered()
    counts = {each.pk: judged.count(each) if judged else each.end_count for each in classes}
    sends = judged.sends if judged else basis.present(period, moment)
    cost = costing.expected(judged) if judged else Cost([], [])
    rate = _open_rate(sends)
    rows = _rows(period, classes, counts, judged.problems if judged else {})
    _estimate(rows, rate)
    for row in rows:
        row.expected = cost.of(row.each)
    everyone = sum(count or 0 for count in counts.values())
    return Shown(period, rows, sends, everyone, judged.gone if judged else 0, rate, cost, judged)


def moved(period: Period, judged: Judged | None = None) -> Moved | None:
    """None if there is nothing to compare with."""
    try:
        found = movement.of(period, judged)
    except NothingToMoveFrom:
        return None
    best = found.best
    said = {"better": f"{found.better:,}", "worse": f"{found.worse:,}", "stayed": f"{found.stayed:,}"}
    answer = _("%(better)s moved for the better, %(worse)s for the worse, %(stayed)s stayed.") % said
    if best is None:
        return Moved(period, found, flow.draw(found), _("Did anybody move for the better?"), answer)
    words = {"origin": best.origin.label, "into": best.into.label}
    question = _("Who moved from “%(origin)s” to “%(into)s”?") % words
    share = {"count": f"{best.count:,}", "of": f"{best.origin.count:,}"}
    share["percent"] = f"{best.count / best.origin.count:.1%}"
    first = _("%(count)s of %(of)s (%(percent)s).") % share
    return Moved(period, found, flow.draw(found), question, f"{first} {answer}")


def movement_to_show(period: Period, judged: Judged | None) -> Moved | None:
    """The period's own; of one just opened that of the period before it, in which it has been told."""
    before = (
        Period.objects.filter(plan=period.plan_id, number=period.number - 1).select_related("plan").first()
    )
    if period.is_open and not period.begun_at and before and (found := moved(before)):
        return found
    return moved(period, judged)


def state_of(each: TouchClass, admission: Admission | None) -> State:
    if each.is_started and each.broadcast:
        status = each.broadcast.status
        return State(status, str(each.broadcast.get_status_display()), BADGES.get(status, ""))
    if each.is_started and admission:
        return _named(_of_admission(admission))
    return _named("planned" if each.action else "none")


def _of_admission(admission: Admission) -> str:
    if admission.stopped_at:
        return "stopped"
    if admission.finished_at:
        return "entered"
    return WAITING if admission.friends is None else "entering"


def _named(code: str) -> State:
    label, badge = STATES[code]
    return State(code, str(label), badge)


def _rows(
    period: Period, classes: Sequence[TouchClass], counts: dict[int, int | None], problems: dict[int, str]
) -> list[Row]:
    admissions = {each.of_id: each for each in Admission.objects.filter(of__period=period).defer("friends")}
    sent = {
        each.broadcast_id: each.broadcast for each in classes if each.broadcast and each.broadcast.started_at
    }
    found = {each.broadcast.pk: each for each in figures.of_many(list(sent.values()))} if sent else {}
    words = _words(classes)
    rows = []
    for place, each in enumerate(classes):
        each.period = period
        admission = admissions.get(each.pk)
        rows.append(
            Row(
                each=each,
                place=place,
                count=counts[each.pk],
                words=words[each.pk],
                problem=problems.get(each.pk, ""),
                state=state_of(each, admission),
                figures=found.get(each.broadcast_id or 0),
                admission=admission,
                messages=each.broadcast.messages if each.broadcast else starting.messages_of(each),
                is_ready=period.is_open and starting.is_ready(each),
            )
        )
    return rows


def _words(classes: Sequence[TouchClass]) -> dict[int, str]:
    """What each asks, as a sentence."""
    found = {each.pk: str(BY_KIND[Kind(each.kind)].hint) for each in classes if not each.is_own}
    for each in classes:
        if each.is_own:
            try:
                found[each.pk] = tree.words(tree.parse(each.tree))
            except InvalidTree:
                found[each.pk] = ""
    return found


def _open_rate(sends: Sequence[Judge]) -> float | None:
    """The share of those who opened, over the sends that LINE has counted."""
    rows = Broadcast.objects.filter(pk__in=[each.pk for each in sends]).defer("audience", "body")
    lines = [each.line for each in figures.of_many(list(rows))] if sends else []
    counted = [line for line in lines if line.opened is not None and line.delivered]
    delivered = sum(line.delivered for line in counted)
    return sum(line.opened or 0 for line in counted) / delivered if delivered else None


def _estimate(rows: Sequence[Row], rate: float | None) -> None:
    """Spread over the silent classes who, by LINE's share, opened besides those who are known to have."""
    if rate is None:
        return
    known = sum(row.count or 0 for row in rows if row.each.kind in RESPONDED)
    silent = sum(row.count or 0 for row in rows if row.each.kind in SILENT)
    more = max(rate * (known + silent) - known, 0)
    for row in rows:
        if row.each.kind in SILENT and silent:
            row.opened = round(more * (row.count or 0) / silent)
