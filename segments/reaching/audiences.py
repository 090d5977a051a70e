"""Audiences that we have LINE hold: who needs them, from the first request until they are deleted.

A message asks for one, waits until it is READY (`signals.audience_settled` says so), narrowcasts, and
releases it. LINE never takes anybody out of an audience; so it is used again only for exactly the same
people, or, once nobody needs it as it is, for people who include all that are on it.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyroaring import BitMap

from accounts import activity, board
from accounts.models import User
from accounts.reasons import Reason, reason
from segments.errors import AudienceInUse
from segments.models import Audience, AudienceUse
from segments.reaching.plans import Needed, Send

KIND = "audiences"  # on the work board
Judge = Callable[[Audience, BitMap], BitMap]
_judges: dict[str, Judge] = {}
State = Audience.State
MAKING = [State.WAITING, State.UPLOADING, State.READYING]
LIVING = [*MAKING, State.READY]
LINE_KEEPS = timedelta(days=180)
USED_AGAIN_FOR = timedelta(days=150)  # well before LINE forgets it
KEPT_FOR = timedelta(days=1)  # after the last use, for whoever asks for the same people
CURABLE = ("room", "channel", "slow", "expired")  # problems after which another attempt may succeed
GROWN_FROM = 10  # released ones looked at for one that can be added to
ALONE = "SELECT pg_advisory_xact_lock(hashtext('segments.reaching.audiences'), hashtext(current_schema()))"


def register_judge(kind: str, judge: Judge) -> None:
    """`judge(audience, friends)` says who of these may go to LINE, for purposes such as `kind:7`.

    It is asked right before each file, so that who says no meanwhile stays here.
    """
    _judges[kind] = judge


def request_for(send: Send, purpose: str) -> list[Audience]:
    """The audiences a narrowcast needs, in the order of `send.needs`. `purpose` as in `request`."""
    return [
        request(send.friends, purpose)
        if need.kind == Audience.Kind.UPLOAD
        else request_readers(need, purpose)
        for need in send.needs
    ]


@transaction.atomic
def request(friends: BitMap, purpose: str) -> Audience:
    """An audience of these friends: one that exists, or a new one that work on the board will make.

    `purpose` names who needs it, such as `broadcast:7`; asking again for the same is the same audience. It
    stays until `release`. Wait for `signals.audience_settled`, or look at its state.
    """
    if not friends:
        raise ValueError("LINE takes no upload of nobody")
    members = BitMap(friends)
    kept, digest = packed(members)
    _alone()
    found = _same(digest=digest) or _grown(members, kept, digest)
    if found is None:
        found = Audience.objects.create(purpose=purpose, members=kept, digest=digest, count=len(members))
    return _used(found, purpose)


@transaction.atomic
def keep(friends: BitMap, purpose: str, *, name: str) -> Audience:
    """A new audience of these friends, which people find in LINE's console by this name.

    It is of its purpose alone: no message uses it, nobody is added to it. It stays until `drop`.
    """
    if not friends:
        raise ValueError("LINE takes no upload of nobody")
    kept, digest = packed(friends)
    made = Audience.objects.create(
        purpose=purpose, name=name, members=kept, digest=digest, count=len(friends)
    )
    return _used(made, purpose)


@transaction.atomic
def drop(audience: Audience, purpose: str = "") -> None:
    """Release it, and have it deleted at LINE now unless somebody else needs it."""
    release(audience, purpose)
    give_up(Audience.objects.filter(pk=audience.pk).exclude(state=State.DELETED))


@transaction.atomic
def request_readers(needed: Needed, purpose: str) -> Audience:
    """An audience of who opened a message, or clicked in it, which LINE makes itself; else as `request`."""
    _alone()
    same = {"kind": needed.kind, "request_id": needed.request_id, "url": needed.url}
    found = _same(**same) or Audience.objects.create(purpose=purpose, **same)
    return _used(found, purpose)


@transaction.atomic
def release(audience: Audience, purpose: str = "") -> None:
    """Say that it is no longer needed for this purpose (by default, the one it was made for).

    Released by all, it is kept for a day for whoever asks for the same people, and then deleted at LINE.
    """
    uses = AudienceUse.objects.filter(audience=audience, purpose=purpose or audience.purpose)
    uses.filter(released_at=None).update(released_at=timezone.now())
    Audience.objects.filter(pk=audience.pk).update(used_at=timezone.now())
    board.call(KIND)


@transaction.atomic
def delete(audience: Audience, *, by: User | None = None) -> None:
    """Have it deleted at LINE now. Raises AudienceInUse while somebody needs it."""
    locked = Audience.objects.select_for_update().get(pk=audience.pk)
    if locked.uses.filter(released_at=None).exists():
        raise AudienceInUse
    if locked.state not in (State.DELETING, State.DELETED):
        Audience.objects.filter(pk=audience.pk).update(state=State.DELETING)
        activity.record("audience.deleted", locked, by=by)
        board.call(KIND)


@transaction.atomic
def retry(audience: Audience, *, by: User | None = None) -> None:
    """Begin anew with one that failed. Does nothing to any other."""
    failed = Audience.objects.filter(pk=audience.pk, state=State.FAILED)
    again = {"state": State.WAITING, "taken": None, "sent_count": 0, "problem": ""}
    if failed.update(**again, lease_until=None, created_at=timezone.now()):
        activity.record("audience.retried", audience, by=by)
        board.call(KIND)


@transaction.atomic
def give_up(found: QuerySet[Audience]) -> int:
    """Have those of them deleted at LINE that nobody needs; how many. Nobody asks for one meanwhile."""
    _alone()
    return found.filter(~is_needed()).order_by().update(state=State.DELETING)


def unneeded() -> QuerySet[Audience]:
    """Those ready that nobody needs, the longest unused first."""
    return Audience.objects.filter(~is_needed(), state=State.READY).order_by("used_at", "pk")


def is_needed() -> Exists:
    """A condition on audiences: somebody has asked for it and not released it."""
    return Exists(AudienceUse.objects.filter(audience=OuterRef("pk"), released_at=None))


def packed(members: BitMap) -> tuple[bytes, str]:
    """As it is stored, and a digest by which the same people are known."""
    members = BitMap(members)
    members.run_optimize()
    kept = members.serialize()
    return kept, hashlib.sha256(kept).hexdigest()


def permitted(audience: Audience, friends: BitMap) -> BitMap:
    """Who of these may go to LINE now for whoever wants the audience."""
    judge = _judges.get(audience.purpose.partition(":")[0])
    return judge(audience, friends) if judge else friends


# What went wrong with an audience, and what to do.
PROBLEMS = {
    "room": gettext_noop(
        "LINE keeps no more than 1,000 audiences for an account, and all of them are needed. Delete some "
        "in LINE Official Account Manager, then try again."
    ),
    "nobody": gettext_noop("LINE knows none of these people any more: they have left LINE or the account."),
    "few": gettext_noop("LINE makes it only of 50 people or more who opened the message or clicked in it."),
    "old": gettext_noop("LINE makes it only of messages of the last 60 days."),
    "slow": gettext_noop("LINE has not made it ready within a day. Try again."),
    "unsent": gettext_noop(
        "LINE does not know the message (yet): it must have gone by narrowcast or broadcast."
    ),
    "expired": gettext_noop("LINE keeps an audience for 180 days. Try again to make it anew."),
    "channel": gettext_noop(
        "The LINE channel is not connected, or LINE refuses its secret. Check the channel."
    ),
}


def whose(audience: Audience) -> tuple[str, int | None]:
    """For whom it was made in words; and the number of the broadcast, if it is for one."""
    if audience.name:
        return audience.name, None
    kind, _colon, number = audience.purpose.partition("/")[0].partition(":")
    if kind == "broadcast" and number.isdecimal():
        return _("Broadcast %(number)s") % {"number": number}, int(number)
    return audience.purpose, None


def why(audience: Audience) -> Reason:
    """What went wrong with it and what to do; empty if nothing did."""
    if known := PROBLEMS.get(audience.problem):
        return reason(known)
    return (
        reason(gettext_noop("LINE says: %(words)s"), words=audience.problem) if audience.problem else Reason()
    )


def _alone() -> None:
    """Until the transaction ends nobody else asks: two who want the same get the same."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)


def _same(**of_whom: str) -> Audience | None:
    """One of the same people; a ready one is looked at again, since somebody may have deleted it at LINE."""
    young = timezone.now() - USED_AGAIN_FOR
    usable = Audience.objects.select_for_update().filter(state__in=LIVING, created_at__gt=young, name="")
    found = usable.filter(**of_whom).first()
    if found and found.state == State.READY:
        found.state = State.READYING
        found.save(update_fields=["state"])
    return found


def _grown(members: BitMap, kept: bytes, digest: str) -> Audience | None:
    """One that nobody needs and that holds a good part of these people and no others: the rest is added."""
    young = timezone.now() - USED_AGAIN_FOR
    near = unneeded().filter(
        kind=Audience.Kind.UPLOAD,
        name="",
        created_at__gt=young,
        count__range=(len(members) // 2, len(members)),
    )
    for found in near.order_by("-count").select_for_update()[:GROWN_FROM]:
        if BitMap.deserialize(bytes(found.members or b"")) <= members:
            found.members, found.digest, found.count = kept, digest, len(members)
            found.state, found.ready_at = State.UPLOADING, None
            found.save(update_fields=["members", "digest", "count", "state", "ready_at"])
            return found
    return None


def _used(audience: Audience, purpose: str) -> Audience:
    AudienceUse.objects.update_or_create(audience=audience, purpose=purpose, defaults={"released_at": None})
    Audience.objects.filter(pk=audience.pk).update(used_at=timezone.now())
    board.call(KIND)
    return audience
