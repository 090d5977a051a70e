"""Friends who get broadcasts and never click: what they cost, and what leaving them out saves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from pyroaring import BitMap

from accounts.models import User
from billing import ledger, months, plans
from billing.pricing import Price, price_accepted
from broadcasts.leaves.naming import sent
from broadcasts.results import figures
from costs.advice import habits, reached
from costs.advice.habits import Twice
from costs.spending import Eyes
from segments import services as segments
from segments.leaves import Moment
from segments.models import Segment

MONTHS = 3  # full months that are reckoned


@dataclass(frozen=True, slots=True)
class Asked:
    """Who counts as one who never clicks: who got so many broadcasts with links of their own in so many days.

    Who ordered in those days stays in with `keeps_buyers`.
    """

    times: int = 5
    days: int = 90
    keeps_buyers: bool = True

    @property
    def quiet(self) -> dict:
        """The conditions of those who never click, for a segment."""
        many = {"type": "messages", "count_at_least": self.times, "within_days": self.days, "own_links": True}
        return {"all": [many, {"not": {"type": "clicked", "within_days": self.days}}]}

    @property
    def bought(self) -> dict:
        return {"type": "orders", "orders_at_least": 1, "within_days": self.days}

    @property
    def left_out(self) -> dict:
        return {"all": [self.quiet, {"not": self.bought}]} if self.keeps_buyers else self.quiet

    @property
    def kept(self) -> dict:
        """The conditions of everybody else."""
        return {"all": [{"not": self.left_out}]}


@dataclass(frozen=True, slots=True)
class Month:
    """What leaving them out would have saved: the price of as many of the month's last messages."""

    month: date
    currency: str
    is_planned: bool  # whether a plan, and so a price, is known
    is_confirmed: bool
    messages: int
    theirs: int
    saved: Price


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known of the sends of the period where nobody knows who clicked: LINE's sums alone."""

    sends: int
    own_links: int
    delivered: int
    clicked: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """Counts of friends. `people` are all who never click, `left_out` those that would be left out, `theirs`
    how many messages went to those by month, `again` as `habits.again_by_day` has it."""

    sums: Sums
    people: int
    linked: int
    buyers: int
    left_out: int
    reachable: int
    theirs: list[tuple[date, int]]
    again: list[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Advice:
    """What was found, with prices."""

    asked: Asked
    found: Found
    months: list[Month]
    twice: Twice | None

    @property
    def currency(self) -> str:
        return self.months[0].currency if self.months else ""

    def saved(self, eyes: Eyes) -> Decimal | None:
        """In a month on average, as the reader sees it; None while no month with a price has passed."""
        amounts = [eyes.sight(each.month).of(each.saved) for each in self.months if each.is_planned]
        return sum(amounts, Decimal(0)) / len(amounts) if amounts else None


def find(asked: Asked, now: datetime) -> Found:
    """Reckoned on bitmaps of friends. With a million of them it takes seconds if nothing is remembered."""
    moment = Moment.present()
    people = segments.evaluate(asked.quiet)
    left_out = segments.evaluate(asked.left_out) if asked.keeps_buyers else people
    return Found(
        sums=_sums(moment.day_begins(asked.days)),
        people=len(people),
        linked=len(segments.evaluate({"all": [asked.quiet, {"type": "linked", "is": True}]})),
        buyers=len(segments.evaluate({"all": [asked.quiet, asked.bought]})),
        left_out=len(left_out),
        reachable=len(segments.evaluate({"all": []})),
        theirs=_theirs(left_out, now, moment),
        again=habits.again_by_day(),
    )


def of(tenant_id: int, asked: Asked, found: Found) -> Advice:
    """The same at the prices that hold now."""
    priced = [_month(tenant_id, month, theirs) for month, theirs in found.theirs]
    months_sent = [each for each in priced if each.messages]
    return Advice(asked, found, months_sent, habits.twice(tenant_id, found.again))


def make_segment(asked: Asked, *, by: User) -> Segment:
    """A segment of everybody else, or the one that says the same already."""
    name = _("Everyone but those who never click (%(times)s in %(days)s days)")
    said = {"times": asked.times, "days": asked.days}
    found = Segment.objects.filter(tree=segments.validate(asked.kept).tree).first()
    return found or segments.create_segment(name % said, asked.kept, by=by)


def _sums(since: datetime) -> Sums:
    sends = list(sent().filter(started_at__gte=since).defer("audience", "holdout", "body", "messages"))
    lines = [each.line for each in figures.of_many(sends)]
    clicked = [line.clicked for line in lines if line.clicked is not None]
    own = sum(each.tracks_people for each in sends)
    delivered = sum(line.delivered for line in lines if line.clicked is not None)
    return Sums(len(sends), own, delivered, sum(clicked) if clicked else None)


def _theirs(people: BitMap, now: datetime, moment: Moment) -> list[tuple[date, int]]:
    """How many messages went to these people in each of the full months before this one, the newest first."""
    found = []
    end = months.span(months.month_of(now, moment.zone), moment.zone)[0]
    for _number in range(MONTHS):
        month = months.month_of(end - timedelta(days=1), moment.zone)
        start, _end = months.span(month, moment.zone)
        found.append((month, _received(people, start, end, moment)))
        end = start
    return found


def _received(people: BitMap, start: datetime, end: datetime, moment: Moment) -> int:
    """How many messages of the broadcasts that began in this time went to these people."""
    pks = sent().filter(started_at__gte=start, started_at__lt=end).values_list("pk", flat=True)
    got = reached.by_broadcast(pks, moment)
    return sum(people.intersection_cardinality(each) for each in got.values())


def _month(tenant_id: int, month: date, theirs: int) -> Month:
    terms = plans.terms(tenant_id, month)
    total = ledger.month_total(tenant_id, month).messages
    theirs = min(total, theirs)
    saved = price_accepted(terms.tariff, total - theirs, theirs)
    is_planned = terms.plan is not None
    return Month(month, terms.tariff.currency, is_planned, terms.is_confirmed, total, theirs, saved)
