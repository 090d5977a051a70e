"""Whether plan and budgets have room for what scenarios are about to send, and what they still need."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import board, current, reasons
from billing import budgets, forecast, months
from billing.errors import BudgetExceeded, PlanExceeded
from billing.models import LedgerEntry
from billing.quota import Committed
from broadcasts import belonging
from broadcasts.models import Broadcast
from broadcasts.sending import quota
from campaigns import services as campaigns
from scenarios.engine.acting import Turn
from scenarios.models import Entry, Send
from scenarios.work import KIND

RELEASE = "scenario_room"  # on the work board
PREFIX = "scenario:"  # begins the name by which the ledger knows one


def of(messages: int, turn: Turn, *, keeps_budgets: bool) -> tuple[int, str]:
    """How many of so many messages may be laid out now, and why not the others (`reasons.in_words`).

    The plan's reserve is there for them. With `keeps_budgets` budgets that stop sends stop them too. Until
    the caller's transaction ends nobody else of this client may ask.
    """
    quota.hold()
    tenant = current.tenant().pk
    coming = quota.not_left(Broadcast.objects.all()) + quota.tests_under_way() + not_left(Send.objects.all())
    fitting, problem = messages, ""
    try:
        forecast.check(tenant, messages, turn.now, coming, is_bulk=False)
    except PlanExceeded as error:
        fitting, problem = max(0, error.remaining), reasons.of(error)
    if not fitting or not keeps_budgets:
        return fitting, problem
    try:
        _check_budgets(fitting, turn, coming)
    except BudgetExceeded as error:
        return max(0, error.fitting), reasons.of(error)
    return fitting, problem


def not_left(sends: QuerySet[Send]) -> int:
    """Those of the sends that may leave yet."""
    return sends.filter(state__in=Send.OPEN).count()


def committed(at: datetime) -> Committed:
    """What is laid out and may leave yet, all of it today."""
    zone = months.zone_of(current.tenant().pk)
    now = timezone.now()
    waiting = not_left(Send.objects.all()) if _is_month_of(at, now) else 0
    return Committed({now.astimezone(zone).date(): waiting} if waiting else {})


def to_come(at: datetime, owners: Collection[str] | None) -> int:
    """Likewise of those whom the ledger knows by these names; None: of all."""
    if not _is_month_of(at, timezone.now()):
        return 0
    return not_left(Send.objects.all() if owners is None else _of_owners(owners))


def unsettled(start: datetime, end: datetime) -> Counter:
    """Messages tried between these moments whose outcome is not known yet."""
    doubtful = Q(state=Send.State.UNKNOWN) | Q(is_uncertain=True, state__in=Send.OPEN)
    found = Send.objects.filter(doubtful, first_tried_at__gte=start, first_tried_at__lt=end).count()
    return Counter({LedgerEntry.Kind.PUSH: found} if found else {})


def call(tenant_id: int) -> None:
    """Have those looked at again for whom there was no room, as soon as a budget lets more through."""
    board.call(RELEASE, tenant_id=tenant_id)


def release() -> None:
    """Let all try again who wait because something was in the way. Twice at once is harmless."""
    seen = board.version(RELEASE)
    held = Entry.objects.filter(state=Entry.State.WAITING).exclude(problem="")
    if held.filter(due_at__gt=timezone.now()).update(due_at=timezone.now()):
        board.call(KIND)
    board.settle(RELEASE, None, seen=seen)


def _check_budgets(messages: int, turn: Turn, coming: int) -> None:
    campaign = campaigns.of(turn.version.scenario.ledger_owner)
    of_campaign = 0
    if campaign:
        among = belonging.numbers_of(campaign.pk)
        of_campaign = quota.committed_messages(turn.now, among=among, only_begun=True)
        of_campaign += not_left(_of_owners(campaigns.owners(campaign.pk)))
    budgets.check(
        current.tenant().pk,
        messages=messages,
        at=turn.now,
        campaign_id=campaign.pk if campaign else None,
        already_scheduled=coming,
        campaign_scheduled=of_campaign,
    )


def _of_owners(owners: Collection[str]) -> QuerySet[Send]:
    numbers = [int(owner.removeprefix(PREFIX)) for owner in owners if owner.startswith(PREFIX)]
    return Send.objects.filter(scenario_id__in=numbers)


def _is_month_of(at: datetime, now: datetime) -> bool:
    zone = months.zone_of(current.tenant().pk)
    return months.month_of(at, zone) == months.month_of(now, zone)
