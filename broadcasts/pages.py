"""What the pages of a broadcast show: its place among the others, its way, what may be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant, User
from broadcasts.approving import acts as approval
from broadcasts.models import ApprovalRules, Batch, Broadcast, LinkClick, PlatformSend, Series, TrackedLink
from broadcasts.timing import wishes, words
from broadcasts.tracking import naming
from segments.models import Audience

Status = Broadcast.Status
TABS: dict[str, tuple[str | Promise, list[str]]] = {
    "drafts": (_("Drafts"), [Status.DRAFT, Status.APPROVED]),
    "approval": (_("Awaiting approval"), [Status.CHECKING, Status.AWAITING_APPROVAL]),
    "scheduled": (_("Scheduled"), [Status.SCHEDULED]),
    "sending": (_("Sending"), [Status.PREPARING, Status.SENDING, Status.TESTING, Status.PAUSED]),
    "sent": (_("Sent"), [Status.SENT, Status.CANCELLED]),
    "errors": (_("Errors"), [Status.NEEDS_CHECK, Status.FAILED]),
}
# An approved pattern of a recurring send waits for nobody.
ACTS_AS_PATTERN = Q(
    status__in=[Status.DRAFT, Status.APPROVED],
    pk__in=Series.objects.filter(status__in=wishes.STARTED, pattern__isnull=False).values("pattern"),
)
MOVING = {Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.TESTING, Status.PAUSED}
SEND, CHANGE = "broadcasts.send_broadcast", "broadcasts.change_broadcast"
ADD = "broadcasts.add_broadcast"
TEST = "broadcasts.add_testsend"
# What may be done, in which status, by whom; `approving.acts` says what may be done about its approval.
ACTS: dict[str, tuple[set[str], str]] = {
    "edit": (set(Broadcast.EDITABLE), CHANGE),
    "test": ({*Broadcast.EDITABLE, Status.SCHEDULED}, TEST),
    "submit": ({Status.DRAFT, Status.APPROVED, Status.SCHEDULED, Status.PAUSED}, CHANGE),
    "withdraw": ({*Broadcast.EDITABLE, Status.PAUSED}, CHANGE),
    "schedule": ({Status.DRAFT, Status.APPROVED}, SEND),
    "move": ({Status.SCHEDULED}, SEND),
    "unschedule": ({Status.SCHEDULED}, SEND),
    "pause": ({Status.SENDING, Status.PAUSED}, SEND),
    "resume": ({Status.PAUSED}, SEND),
    "cancel": ({Status.SCHEDULED, Status.PREPARING, Status.SENDING, Status.TESTING, Status.PAUSED}, SEND),
    "accept_segment": (set(Broadcast.WATCHED), SEND),
    "duplicate": (set(Status), ADD),
}
STEPS: list[tuple[str | Promise, set[str]]] = [
    (_("Draft"), {Status.DRAFT}),
    (_("Approval"), {Status.CHECKING, Status.AWAITING_APPROVAL}),
    (_("Scheduled"), {Status.APPROVED, Status.SCHEDULED}),
    (_("Sending"), {Status.PREPARING, Status.SENDING, Status.TESTING, Status.PAUSED}),
    (_("Sent"), {Status.SENT, Status.NEEDS_CHECK, Status.FAILED, Status.CANCELLED}),
]


HOURS = 48
CHART_HEIGHT = 100


@dataclass(frozen=True)
class Hour:
    """Clicks of one hour, as a bar in a chart of CHART_HEIGHT: `x`, `top` and `height` are whole numbers."""

    at: datetime
    count: int
    x: int
    top: int
    height: int


def counts() -> list[tuple[str, str | Promise, int]]:
    """Every tab with its name and how many broadcasts are in it."""
    waiting = Broadcast.objects.exclude(ACTS_AS_PATTERN).order_by().values_list("status")
    found = dict(waiting.annotate(count=Count("pk")))
    return [
        (tab, name, sum(found.get(status, 0) for status in statuses))
        for tab, (name, statuses) in TABS.items()
    ]


def rows(tab: str) -> QuerySet[Broadcast]:
    """The broadcasts of a tab; patterns of recurring sends have a list of their own."""
    return Broadcast.objects.filter(status__in=TABS[tab][1]).exclude(ACTS_AS_PATTERN)


def repeats(broadcast: Broadcast) -> tuple[Series, str] | None:
    """The series that it is a date or the pattern of, or shall begin, with its rule in words."""
    found = broadcast.series
    return (found, words.of(found.rule)) if found else None


def first_tab(counts: list[tuple[str, str | Promise, int]]) -> str:
    """The first tab that has rows, of what `counts` gave; the drafts while there is nothing."""
    return next((tab for tab, _name, count in counts if count), "drafts")


def allowed(broadcast: Broadcast, user: User, tenant: Tenant) -> set[str]:
    """The acts open to this person now."""
    acts = {
        act
        for act, (statuses, permission) in ACTS.items()
        if broadcast.status in statuses and user.has_perm(permission)
    }
    if broadcast.status == Status.DRAFT and _is_approval_asked(tenant):
        acts.discard("schedule")
    if wishes.started(broadcast):  # its dates are scheduled by themselves
        acts.discard("schedule")
    if broadcast.status == Status.PAUSED and broadcast.paused_until is None:
        acts.discard("pause")
    return (acts - {"submit", "withdraw"}) | approval.of(broadcast, user)


def way(broadcast: Broadcast, tenant: Tenant) -> list[tuple[str | Promise, str]]:
    """The steps from draft to sent, each `done`, `here` or `ahead`; approval only where it is asked for."""
    is_asked = _is_approval_asked(tenant) or broadcast.status in STEPS[1][1]
    steps = [step for place, step in enumerate(STEPS) if is_asked or place != 1]
    here = next(place for place, (_name, statuses) in enumerate(steps) if broadcast.status in statuses)
    is_sent = broadcast.status == Status.SENT
    names = [name for name, _statuses in steps]
    if broadcast.status in STEPS[-1][1]:
        names[-1] = broadcast.get_status_display()
    return [
        (name, "done" if place < here or is_sent else "here" if place == here else "ahead")
        for place, name in enumerate(names)
    ]


def _is_approval_asked(tenant: Tenant) -> bool:
    return tenant.requires_approval or ApprovalRules.present().needs_internal_check


def people(ids: Iterable[int | None]) -> dict[int | None, User]:
    """Who these are; users are public, so broadcasts keep their numbers only."""
    return User.objects.in_bulk({each for each in ids if each})


def links(broadcast: Broadcast) -> list[TrackedLink]:
    """The addresses in the message with clicks, and people as far as they are known; most clicked first."""
    people = Count("clicks__friend_id", distinct=True)
    counted = broadcast.links.annotate(click_count=Count("clicks"), people_count=people)
    return naming.titled(counted.order_by("-click_count", "pk"))


def knows_people(broadcast: Broadcast) -> bool:
    """Whether of some link it is known who clicked: of all, or of those to friends' own pages."""
    return broadcast.tracks_people or broadcast.links.exclude(page="").exists()


def hours(broadcast: Broadcast) -> list[Hour]:
    """Clicks of each of the first HOURS hours since it began; none while nobody has clicked."""
    if broadcast.started_at is None:
        return []
    hour = timedelta(hours=1)
    began = broadcast.started_at.replace(minute=0, second=0, microsecond=0)
    clicks = LinkClick.objects.filter(link__broadcast=broadcast, at__lt=began + HOURS * hour)
    found = dict(clicks.annotate(hour=TruncHour("at", tzinfo=UTC)).values_list("hour").annotate(Count("pk")))
    most = max(found.values(), default=0)
    every = [(began + number * hour) for number in range(HOURS)] if most else []
    return [_hour(place, at, found.get(at, 0), most) for place, at in enumerate(every)]


def _hour(place: int, at: datetime, count: int, most: int) -> Hour:
    height = max(2, round(CHART_HEIGHT * count / most)) if count else 0
    return Hour(at, count, place * 10, CHART_HEIGHT - height, height)


@dataclass(frozen=True)
class Way:
    """How a part of the people is reached; `people` are the most there can be while `is_most`."""

    method: str | Promise
    state: str | Promise
    people: int
    accepted: int
    is_most: bool = False
    audience: Audience | None = None  # the one that it waits for
    problem: str = ""
    send: PlatformSend | None = None


def sends(broadcast: Broadcast) -> list[Way]:
    """The ways in which it goes, if LINE finds the people of one of them; else none."""
    by_line = list(broadcast.platform_sends.defer("friends", "body"))
    if not by_line:
        return []
    waited_for = Audience.objects.exclude(state=Audience.State.READY).defer("members")
    making = waited_for.in_bulk([pk for send in by_line for pk in send.audiences])
    return [*_by_id(broadcast), *(_by_line(send, making) for send in by_line)]


def _by_id(broadcast: Broadcast) -> Iterable[Way]:
    ours = broadcast.batches.filter(method__in=[Broadcast.Method.MULTICAST, Broadcast.Method.PUSH])
    open_ones = Count("pk", filter=Q(state__in=[Batch.State.PENDING, Batch.State.CLAIMED]))
    rows = ours.exclude(state=Batch.State.SPLIT).order_by().values_list("method")
    sums = rows.annotate(people=Sum("friend_count"), accepted=Sum("accepted_count"), open=open_ones)
    for method, people, accepted, left in sums:
        state = PlatformSend.State.PENDING if left else PlatformSend.State.SENT
        yield Way(Broadcast.Method(method).label, state.label, people, accepted)


def _by_line(send: PlatformSend, making: dict[int, Audience]) -> Way:
    return Way(
        method=send.get_method_display(),
        state=send.get_state_display(),
        people=send.most if send.target_count is None else send.target_count,
        accepted=send.success_count,
        is_most=send.is_narrowcast and send.target_count is None,
        audience=next((making[pk] for pk in send.audiences if pk in making), None),
        problem=str(send.problem),
        send=send,
    )
