"""How far a broadcast is, what came of it, and what it cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum

from accounts import current
from billing import ledger
from billing.models import Total
from broadcasts.models import Batch, Broadcast, LinkClick, PlatformSend, TrackedLink

State = Batch.State
Sent = PlatformSend.State


@dataclass
class Progress:
    """People by what became of their message; requests to LINE; clicks; and what is booked."""

    recipients: int = 0
    accepted: int = 0
    pending: int = 0
    under_way: int = 0
    rejected: int = 0
    needs_check: int = 0
    cancelled: int = 0
    dropped: int = 0  # blocked the account, or changed their ID link, between preparing and sending
    requests: int = 0
    clicks: int = 0
    people: int = 0  # who clicked, as far as it is known
    machines: int = 0  # openings by machines, which are no clicks
    cost: Total = field(default_factory=Total)

    @property
    def percent(self) -> int:
        """How much of it is over, rounded down: 100 only when nothing is open."""
        if not self.recipients:
            return 0
        return 100 * (self.recipients - self.pending - self.under_way) // self.recipients


@dataclass(frozen=True)
class Failure:
    """One cause, and whom it kept from getting the message."""

    error: str
    friend_count: int
    batch_ids: list[int]  # and of sends by LINE


def of(broadcast: Broadcast) -> Progress:
    return of_many([broadcast])[broadcast.pk]


def of_many(broadcasts: Sequence[Broadcast]) -> dict[int, Progress]:
    """By primary key, in five queries however many there are."""
    found = {
        each.pk: Progress(recipients=each.audience_count or each.estimated_count or 0) for each in broadcasts
    }
    for row in _batches(list(found)):
        _add(found[row["broadcast"]], row)
    for send in PlatformSend.objects.filter(broadcast__in=found).defer("friends", "body"):
        _add_send(found[send.broadcast_id], send)
    _add_clicks(found)
    costs = ledger.by_owners(current.tenant().pk, [each.ledger_owner for each in broadcasts])
    for each in broadcasts:
        found[each.pk].cost = costs.get(each.ledger_owner, Total())
    return found


def failures(broadcast: Broadcast) -> list[Failure]:
    """Causes of what did not arrive, the one with most people first."""
    found: dict[str, list[tuple[int, int]]] = {}
    states = [State.REJECTED, State.NEEDS_CHECK]
    rows = broadcast.batches.filter(state__in=states) | broadcast.batches.exclude(rejected=[])
    for pk, error, rejected, count, state in rows.values_list(
        "pk", "error", "rejected", "friend_count", "state"
    ):
        people = count if state == State.NEEDS_CHECK else len(rejected)
        found.setdefault(error, []).append((pk, people))
    for send in broadcast.platform_sends.filter(state__in=[Sent.FAILED, Sent.NEEDS_CHECK]):
        found.setdefault(str(send.problem), []).append((send.pk, _chosen(send)))
    causes = [
        Failure(error, sum(n for _, n in rows), [pk for pk, _ in rows]) for error, rows in found.items()
    ]
    return sorted(causes, key=lambda cause: -cause.friend_count)


def _batches(broadcast_ids: list[int]) -> Iterable[Mapping[str, Any]]:
    return (
        Batch.objects.filter(broadcast__in=broadcast_ids)
        .order_by()
        .values("broadcast", "state", "method")
        .annotate(
            people=Sum("friend_count"),
            accepted=Sum("accepted_count"),
            dropped=Sum("dropped_count"),
            requests=Count("pk"),
        )
    )


def _add_clicks(found: dict[int, Progress]) -> None:
    clicks = LinkClick.objects.filter(link__broadcast__in=found).values_list("link__broadcast")
    for pk, count, people in clicks.annotate(count=Count("pk"), people=Count("friend_id", distinct=True)):
        found[pk].clicks, found[pk].people = count, people
    links = TrackedLink.objects.filter(broadcast__in=found).order_by().values_list("broadcast")
    for pk, count in links.annotate(count=Sum("machine_count")):
        found[pk].machines = count


def _add(progress: Progress, row: Mapping[str, Any]) -> None:
    progress.dropped += row["dropped"]
    if row["state"] == State.SPLIT:
        return
    if row["method"] != Broadcast.Method.BROADCAST:  # those only say to whom the one request went
        progress.requests += row["requests"]
    progress.accepted += row["accepted"]
    match row["state"]:
        case State.ACCEPTED | State.REJECTED:
            progress.rejected += row["people"] - row["accepted"]
        case State.PENDING | State.WAITING:
            progress.pending += row["people"]
        case State.CLAIMED:
            progress.under_way += row["people"]
        case State.NEEDS_CHECK:
            progress.needs_check += row["people"]
        case State.CANCELLED:
            progress.cancelled += row["people"]


def _add_send(progress: Progress, send: PlatformSend) -> None:
    """How many people a narrowcast is for is known once LINE has counted them; before, at most."""
    progress.requests += send.attempts > 0
    if not send.is_narrowcast:
        if send.state == Sent.NEEDS_CHECK:  # its batches wait for a person, too
            progress.needs_check, progress.pending = progress.needs_check + progress.pending, 0
        return
    people = _chosen(send)
    progress.recipients += people - send.most
    match send.state:
        case Sent.WAITING | Sent.PENDING:
            progress.pending += people
        case Sent.RUNNING:
            progress.under_way += people
        case Sent.SENT:
            progress.accepted += send.success_count
            progress.rejected += people - send.success_count
        case Sent.FAILED:
            progress.rejected += people
        case Sent.NEEDS_CHECK:
            progress.needs_check += people
        case Sent.CANCELLED:
            progress.cancelled += people


def _chosen(send: PlatformSend) -> int:
    return send.most if send.target_count is None else send.target_count
