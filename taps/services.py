"""Commands on tap actions, and what a tap does."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity
from accounts.models import User
from friends import services as friends
from friends import values, wishes
from friends.errors import BadValue
from friends.models import Friend, FriendField, Tag
from taps.errors import DoesNothing, SameTag, TapActionExists
from taps.models import TapAction


@transaction.atomic
def save_tap_action(
    action: TapAction,
    *,
    name: str,
    tags_put: Iterable[Tag] = (),
    tags_taken: Iterable[Tag] = (),
    field: FriendField | None = None,
    value: str = "",
    broadcasts: str = "",
    answer: str = "",
    by: User | None = None,
) -> TapAction:
    """Change a tap action, or make one that is not saved yet; messages that were sent do what it says now.

    Raises TapActionExists, DoesNothing, SameTag, and BadValue for a value that the field does not take.
    """
    put, taken = list(tags_put), list(tags_taken)
    if not (put or taken or field or broadcasts or answer.strip()):
        raise DoesNothing
    _check_tags(put, taken)
    if field:
        values.read(field, value)
    is_new = action.pk is None
    action.code = action.code or new_code()
    action.name, action.field, action.value = name.strip(), field, value if field else ""
    action.broadcasts, action.answer = broadcasts, answer.strip()
    _save(action)
    action.tags_put.set(put)
    action.tags_taken.set(taken)
    activity.record("tap_action.created" if is_new else "tap_action.changed", action, by=by, name=action.name)
    return action


def archive(action: TapAction, *, by: User | None = None) -> None:
    """Offer it no more. In messages that were sent it goes on working."""
    _set_archived(action, timezone.now(), "tap_action.archived", by)


def restore(action: TapAction, *, by: User | None = None) -> None:
    _set_archived(action, None, "tap_action.restored", by)


def apply(action: TapAction, friend_ids: list[int], *, at: datetime, broadcast: int | None = None) -> None:
    """Do to these friends what the action says; `at` is when they tapped, in a message of which broadcast if
    that is known. In the caller's transaction.

    A field that has been archived, or does not take the value any more, is passed over.
    """
    for tag in action.tags_put.all():
        friends.tag_friends(friend_ids, tag)
    for tag in action.tags_taken.all():
        friends.untag_friends(friend_ids, tag)
    if action.field and action.field.archived_at is None:
        _set_field(action.field, action.value, friend_ids)
    if action.broadcasts:
        stops = action.broadcasts == TapAction.Broadcasts.STOP
        about: dict = {"broadcast": broadcast} if broadcast else {}
        wishes.wish(friend_ids, stops=stops, at=at, **about)
    TapAction.objects.filter(pk=action.pk).update(
        tap_count=F("tap_count") + len(friend_ids), tapped_at=timezone.now()
    )


def new_code() -> str:
    return secrets.token_hex(6)


def _check_tags(put: list[Tag], taken: list[Tag]) -> None:
    if both := sorted({tag.name for tag in put} & {tag.name for tag in taken}):
        raise SameTag(name=both[0])


def _save(action: TapAction) -> None:
    try:
        with transaction.atomic():
            action.save()
    except IntegrityError as error:
        raise TapActionExists(name=action.name) from error


def _set_field(field: FriendField, text: str, friend_ids: list[int]) -> None:
    try:
        answer = values.read(field, text)
    except BadValue:  # a choice that is gone
        return
    for friend in Friend.objects.filter(pk__in=friend_ids).order_by("pk"):
        values.set_values(friend, {field: answer})


def _set_archived(action: TapAction, at: datetime | None, verb: str, by: User | None) -> None:
    with transaction.atomic():
        action.archived_at = at
        action.save(update_fields=["archived_at"])
        activity.record(verb, action, by=by, name=action.name)
