"""What nobody knows is settled by a person: requests that LINE may have accepted, and never answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activity, current
from accounts.models import Activity, User
from broadcasts.errors import WrongStatus
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import finishing, outcomes, platform_sends
from friends.models import Friend

VERB = "broadcast.settled"
NAMED = 3  # friends of a request who are named, to be asked


@dataclass
class Unsettled:
    """A request of unknown outcome: of ours, or a send by LINE. Some of whom it was for are named."""

    request: Batch | PlatformSend
    friend_count: int
    friends: list[Friend]

    @property
    def is_batch(self) -> bool:
        return isinstance(self.request, Batch)


def batches(broadcast: Broadcast) -> QuerySet[Batch]:
    """The batches that wait for a person."""
    return broadcast.batches.filter(state=Batch.State.NEEDS_CHECK).order_by("position", "pk")


def sends(broadcast: Broadcast) -> QuerySet[PlatformSend]:
    """The sends by LINE that wait for a person."""
    return broadcast.platform_sends.filter(state=PlatformSend.State.NEEDS_CHECK)


def unnamed(request: Batch | PlatformSend) -> Unsettled:
    """A request without looking up any of its friends."""
    return Unsettled(request, _count(request), [])


def with_friends(requests: Iterable[Batch | PlatformSend]) -> list[Unsettled]:
    """The requests with some of their friends, in one query."""
    found = list(requests)
    some = {id(each): _some(each) for each in found}
    friends = Friend.objects.in_bulk([number for numbers in some.values() for number in numbers])
    return [
        Unsettled(each, _count(each), [friends[number] for number in some[id(each)] if number in friends])
        for each in found
    ]


@transaction.atomic
def settle(
    broadcast: Broadcast,
    *,
    as_sent: bool,
    by: User | None,
    batches: Iterable[int] = (),
    sends: Iterable[int] = (),
) -> Broadcast:
    """Write down of these requests, by number, whether they arrived: all or none of them. Those that did are
    booked; nothing is ever sent again, and there is no way back.

    Raises WrongStatus if one of them does not wait for it any more.
    """
    people = sum(_settle_batch(broadcast, pk, as_sent) for pk in sorted(batches))
    people += sum(_settle_send(broadcast, pk, as_sent) for pk in sorted(sends))
    activity.record(
        VERB, broadcast, by=by, as_sent=as_sent, people=people, requests=[*sorted(batches), *sorted(sends)]
    )
    finishing.finish(broadcast.pk)
    broadcast.refresh_from_db()
    return broadcast


def settled(broadcast: Broadcast) -> QuerySet[Activity]:
    """What was written down so far, and by whom."""
    done = Activity.objects.filter(tenant=current.tenant().pk, subject=activity.name(broadcast), verb=VERB)
    return done.select_related("user")


def _settle_batch(broadcast: Broadcast, pk: int, as_sent: bool) -> int:
    held = Batch.objects.select_for_update(of=["self"]).select_related("broadcast")
    batch = held.filter(pk=pk, broadcast=broadcast.pk).defer("broadcast__audience", "broadcast__body").first()
    if batch is None or batch.state != Batch.State.NEEDS_CHECK:
        raise WrongStatus(status=batch.get_state_display() if batch else broadcast.get_status_display())
    outcomes.settle(batch, as_sent=as_sent, at=batch.first_tried_at or timezone.now())
    return batch.friend_count


def _settle_send(broadcast: Broadcast, pk: int, as_sent: bool) -> int:
    held = PlatformSend.objects.select_for_update(of=["self"]).select_related("broadcast")
    send = held.filter(pk=pk, broadcast=broadcast.pk).first()
    if send is None or send.state != PlatformSend.State.NEEDS_CHECK:
        raise WrongStatus(status=send.get_state_display() if send else broadcast.get_status_display())
    platform_sends.settle(send, as_sent=as_sent)
    return _count(send)


def _count(request: Batch | PlatformSend) -> int:
    if isinstance(request, Batch):
        return request.friend_count
    return request.most if request.target_count is None else request.target_count


def _some(request: Batch | PlatformSend) -> list[int]:
    """Of a send by LINE nobody: whom it chose LINE does not say."""
    return cast("list[int]", request.friends[:NAMED]) if isinstance(request, Batch) else []
