"""What a broadcast will cost, before it is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts import current
from accounts.errors import AppError
from billing import forecast, months
from billing.errors import BudgetExceeded
from billing.forecast import Forecast
from broadcasts.choosing import limits, planning, selection, variants
from broadcasts.choosing.selection import Estimate
from broadcasts.models import Broadcast
from broadcasts.sending import delivery, preparing, quota
from broadcasts.timing import calendar, dates
from broadcasts.timing.recurrence import Rule
from campaigns.models import Campaign
from line import rates
from segments import services as segments
from segments.errors import InvalidTree
from segments.models import Segment
from segments.reaching import planner

MOST_IN_A_MONTH = 32  # dates that a rule names until after a month's end


@dataclass(frozen=True)
class Sending:
    """How long it takes to send, at the least: LINE's limit is one of requests."""

    method: Broadcast.Method
    takes: timedelta

    @property
    def is_one_by_one(self) -> bool:
        return self.method == Broadcast.Method.PUSH

    @property
    def minutes(self) -> int:
        """Rounded up; 0 only if it is over in seconds."""
        return -(-int(self.takes.total_seconds()) // 60)

    @property
    def hours(self) -> str:
        return f"{self.takes.total_seconds() / 3600:.1f}"


def sending(people: int, method: Broadcast.Method) -> Sending:
    """For so many people, by requests for one or for many."""
    in_one = 1 if method == Broadcast.Method.PUSH else preparing.MULTICAST_SIZE
    per_second = rates.of(delivery.PATHS[method]).per_second * in_one
    return Sending(method, timedelta(seconds=people / per_second))


def estimate(broadcast: Broadcast, at: datetime | None = None) -> Estimate:
    """How many would get it if it left at the time it is scheduled for, or `at`, or now; and how many not.

    The broadcast need not be saved. Where LINE judges a part of its segment it is for so many at most.
    """
    friends = segments.evaluate(broadcast.segment.tree)
    return selection.estimate(broadcast, friends, at or broadcast.send_at)


def of_broadcast(
    broadcast: Broadcast, at: datetime | None = None, *, people: int | None = None, again: int = 0
) -> Forecast:
    """For whom it would reach now, at the time it is scheduled for, or `at`; on top of all that is scheduled.

    `people` is their number if it is known already, as `estimate` has it; `again` how many more times it goes
    to as many in the same month.
    """
    at = at or broadcast.send_at or timezone.now()
    messages = estimate(broadcast, at).people if people is None else people
    return of_messages(messages, at, leave_out=broadcast if broadcast.pk else None, again=again)


def of_messages(
    messages: int, at: datetime, *, leave_out: Broadcast | None = None, again: int = 0
) -> Forecast:
    """For so many messages on top of all that is scheduled in that month, series included."""
    return forecast.forecast(
        current.tenant().pk,
        messages=messages,
        at=at,
        already_scheduled=quota.committed_messages(at, leave_out=leave_out),
        to_come=calendar.messages_to_come(at) + again * messages,
    )


def more_times(rule: Rule | None, first: datetime | None) -> int:
    """How often a rule sends again after `first` until the end of that month; 0 without a rule."""
    if rule is None or first is None:
        return 0
    zone = months.zone_of(current.tenant().pk)
    _start, end = months.span(months.month_of(first, zone), zone)
    return sum(first < moment < end for moment in dates.of_rule(rule, first, MOST_IN_A_MONTH))


def of_segment(segment: Segment, at: datetime | None = None) -> Forecast:
    """For one message to everyone in the segment, but those who want none or have had enough."""
    return of_broadcast(Broadcast(segment=segment, messages=[]), at)


def is_exact(segment: Segment) -> bool:
    """Whether its size is known; where LINE judges a part of it, it is at most what is forecast."""
    return segments.count(segment.tree).is_exact


def messaged_today(segment: Segment) -> int:
    """How many of its people have had a message of ours today already, as far as is known."""
    had_one = {"type": "messages", "count_at_least": 1, "within_days": 0}
    try:
        return segments.count({"all": [segment.tree, had_one]}).total
    except InvalidTree:  # no room in it for one condition more
        return 0


def budget_refusal(broadcast: Broadcast, people: int, at: datetime | None, campaign: Campaign | None) -> str:
    """Why budgets would not let so many messages leave then if it is in the campaign; "" if they do.

    It need not be saved.
    """
    at = at or broadcast.send_at or timezone.now()
    leave_out = broadcast if broadcast.pk else None
    try:
        quota.check_budgets(people, at, leave_out=leave_out, campaign=campaign)
    except BudgetExceeded as refused:
        return refused.message
    return ""


def refusal(broadcast: Broadcast, at: datetime | None = None) -> str:
    """Why it cannot go to its segment this way, with what would work; "" if it can. It need not be saved."""
    try:
        plan = planner.plan(broadcast.segment.tree, **variants.wishes(broadcast))
        planning.check_texts(broadcast, plan)
        limits.most(broadcast, plan.most, at)
    except AppError as refused:
        return refused.message
    return ""
