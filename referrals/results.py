"""What came of a programme: from sharing to rewards, what it cost, who has brought most."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current
from linking.models import Link
from referrals import actions
from referrals.actions import BOUGHT
from referrals.models import Grant, Participant, Programme, Referral
from referrals.rules import Rules
from shops.models import Order

State = Referral.State
SHORTEST, LONGEST = 30, 90  # days shown
COMPARED = timedelta(days=365)


@dataclass(frozen=True)
class Figures:
    """Sums over a programme's life. `given_yen` is what given rewards cost, as it was entered; `held_yen` is
    kept for friends who may still count.
    """

    inviters: int
    shared: int
    opened: int
    signed_in: int
    followed: int
    counted: int
    rewarded: int
    waiting: int
    review: int
    given_yen: int
    held_yen: int
    failed: int
    undone: int

    @property
    def per_friend(self) -> float | None:
        """What a new friend cost so far, in yen."""
        return self.given_yen / self.followed if self.followed else None

    @property
    def per_counted(self) -> float | None:
        return self.given_yen / self.counted if self.counted else None

    @property
    def steps(self) -> list[tuple[object, int]]:
        """The funnel, with words."""
        return [
            (_("Shared in LINE"), self.shared),
            (_("Links opened"), self.opened),
            (_("Signed in"), self.signed_in),
            (_("New friends"), self.followed),
            (_("Count"), self.counted),
            (_("Rewarded"), self.rewarded),
        ]

    @property
    def most(self) -> int:
        """The longest bar of the funnel."""
        return max(value for _name, value in self.steps)


@dataclass(frozen=True)
class Day:
    day: date
    followed: int = 0
    counted: int = 0


def of(programme: Programme) -> Figures:
    return of_many([programme])[programme.pk]


def of_many(programmes: list[Programme]) -> dict[int, Figures]:
    """In three queries, however many they are."""
    numbers = [each.pk for each in programmes]
    parts = _by_programme(
        Participant.objects.filter(programme__in=numbers),
        inviters=Count("pk"),
        shared=Sum("shared_count"),
        opened=Sum("opened_count"),
    )
    credited = Q(is_credited=True, followed_at__isnull=False)
    rows = _by_programme(
        Referral.objects.filter(programme__in=numbers),
        signed_in=Count("friend", distinct=True),
        followed=Count("pk", filter=credited),
        counted=Count("pk", filter=Q(state=State.COUNTED)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        review=Count("pk", filter=Q(state=State.REVIEW)),
        undone=Count("pk", filter=Q(undone_at__isnull=False)),
        held_yen=Sum("held_yen", filter=Q(is_held=True, frozen_at=None)),
    )
    grants = _by_programme(
        Grant.objects.filter(programme__in=numbers),
        rewarded=Count("referral", filter=Q(given_at__isnull=False), distinct=True),
        given_yen=Sum("cost_yen", filter=Q(given_at__isnull=False)),
        failed=Count("pk", filter=~Q(problem="")),
    )
    names = Figures.__dataclass_fields__
    return {
        pk: Figures(**dict.fromkeys(names, 0) | parts.get(pk, {}) | rows.get(pk, {}) | grants.get(pk, {}))
        for pk in numbers
    }


def reasons(programme: Programme) -> list[tuple[str, str, int]]:
    """Where invitations stand and why: words of the state, of the reason, how many; most first."""
    rows = Referral.objects.filter(programme=programme).order_by().values_list("state", "reason")
    counted = sorted(rows.annotate(count=Count("pk")), key=lambda row: -row[2])
    said, why = dict(State.choices), dict(Referral.Reason.choices)
    return [(str(said[state]), str(why[reason]) if reason else "", count) for state, reason, count in counted]


def by_day(programme: Programme, *, days: int = LONGEST) -> list[Day]:
    """The last days of the client's calendar: friends who came, and who of any day began to count."""
    zone = ZoneInfo(current.tenant().time_zone)
    today = timezone.now().astimezone(zone).date()
    begun = (programme.started_at or timezone.now()).astimezone(zone).date()
    first = max(min(begun, today - timedelta(days=SHORTEST - 1)), today - timedelta(days=days - 1))
    since = datetime.combine(first, time.min, zone)
    rows = Referral.objects.credited().filter(programme=programme)
    followed = _per_day(rows.filter(followed_at__gte=since), "followed_at", zone)
    counted = _per_day(rows.filter(state=State.COUNTED, counted_at__gte=since), "counted_at", zone)
    every = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return [Day(each, followed.get(each, 0), counted.get(each, 0)) for each in every]


def foreign_orders(programme: Programme, rules: Rules) -> int:
    """How many orders of invited friends are in a currency in which none counts; 0 if none has to."""
    if rules.action.kind != BOUGHT:
        return 0
    friends = Referral.objects.credited().filter(programme=programme, followed_at__isnull=False)
    links = Link.objects.active().filter(friend__in=friends.values("friend"))
    rows = Order.objects.filter(customer__in=links.values("customer"), is_test=False)
    return rows.exclude(currency=actions.CURRENCY).count()


def top(programme: Programme, count: int) -> list[Participant]:
    """The first of `inviters`. Only what was counted is read, not who takes part and has invited nobody."""
    came = Q(is_credited=True, followed_at__isnull=False)
    rows = Referral.objects.filter(programme=programme).order_by().values("participant")
    best = rows.annotate(
        counted=Count("pk", filter=Q(state=State.COUNTED)),
        invited=Count("pk", filter=came),
        newest_at=Max("followed_at", filter=came),
    ).order_by("-counted", "-invited", F("newest_at").asc(nulls_last=True), "participant")
    found = [row["participant"] for row in best[:count]]
    others = Participant.objects.filter(programme=programme).exclude(pk__in=found).order_by("pk")
    if len(found) < count:
        found += others.values_list("pk", flat=True)[: count - len(found)]
    parts = {each.pk: each for each in inviters(programme).filter(pk__in=found)}
    return [parts[pk] for pk in found]


def inviters(programme: Programme) -> QuerySet[Participant]:
    """Who takes part, `counted`; who brought most comes first."""
    rows: QuerySet = counted(Participant.objects.filter(programme=programme).select_related("friend"))
    return rows.order_by("-counted", "-invited", F("newest_at").asc(nulls_last=True), "pk")


def counted(parts: QuerySet[Participant]) -> QuerySet[Participant]:
    """These with `invited`, `counted`, `waiting` friends, and when the newest came."""
    came = Q(referrals__is_credited=True, referrals__followed_at__isnull=False)
    return parts.annotate(
        invited=Count("referrals", filter=came),
        counted=Count("referrals", filter=Q(referrals__state=State.COUNTED)),
        waiting=Count("referrals", filter=Q(referrals__state__in=[State.WAITING, State.REVIEW])),
        newest_at=Max("referrals__followed_at", filter=came),
    )


def cost_of(parts: list[Participant]) -> dict[int, int]:
    """What was given for the invitations of each, in yen."""
    rows = Grant.objects.filter(participant__in=parts, given_at__isnull=False).order_by()
    return dict(rows.values_list("participant").annotate(sum=Sum("cost_yen")))


def above(part: Participant) -> list[Participant]:
    """By whom the inviter came, and by whom that one, to the first who came by nobody."""
    found: list[Participant] = []
    friend: int | None = part.friend_id
    while friend is not None and len(found) < MOST_UP:
        rows = Referral.objects.credited().filter(friend=friend).select_related("participant__friend")
        row = rows.first()
        if row is None or row.participant in found:
            break
        found.append(row.participant)
        friend = row.participant.friend_id
    return found[::-1]


MOST_UP = 20


def _by_programme(rows, **sums) -> dict[int, dict[str, int]]:
    names = list(sums)
    found = rows.order_by().values("programme").annotate(**sums)
    return {row["programme"]: {name: int(row[name] or 0) for name in names} for row in found}


def _per_day(rows, field: str, zone: ZoneInfo) -> dict[date, int]:
    by_day = rows.order_by().annotate(day=TruncDate(field, tzinfo=zone)).values_list("day")
    return dict(by_day.annotate(Count("pk")))
