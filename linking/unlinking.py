"""Ending links: the one way for chat, page, staff and programs.

An agreement that was given before the wish, of which LINE tells later, does not count any more.
"""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from linking import bonds
from linking.errors import NotLinked
from linking.models import Link

WITHDRAW = """
UPDATE linking_linkattempt AS attempt SET withdrawn_at = greatest(withdrawn_at, given.at)
FROM unnest(%s::int[], %s::timestamptz[]) AS given (friend_id, at)
WHERE attempt.friend_id = given.friend_id AND state NOT IN ('linked', 'failed')"""


def unlink_friend(friend_id: int, *, how: Link.Ended, by: User | None = None) -> bool:
    """End what ties this friend to a customer, now; it stays in the history. False if nothing did.

    Tags and menu of linked friends and what LINE Login allowed are taken back, and what was prepared for
    them as a customer is not sent any more.
    """
    return bool(unlink_friends({friend_id: timezone.now()}, how=how, by=by))


@transaction.atomic
def unlink_friends(wishes: dict[int, datetime], *, how: Link.Ended, by: User | None = None) -> set[int]:
    """End the links of these friends, by number, as far as they are older than the wish. Who had one."""
    if how == Link.Ended.BY_FRIEND:
        with connection.cursor() as cursor:
            cursor.execute(WITHDRAW, [list(wishes), list(wishes.values())])
    ended = bonds.untie(wishes, how, by=by)
    if how != Link.Ended.BY_FRIEND:
        for link in ended:
            activity.record("link.ended", link, by=by, how=how)
    return {link.friend_id for link in ended}


@transaction.atomic
def unlink(link: Link, *, how: Link.Ended, by: User | None = None) -> None:
    """End this very link, now. Raises NotLinked if it has ended before."""
    Link.objects.select_for_update().get(pk=link.pk)
    if not Link.objects.active().filter(pk=link.pk).exists():
        raise NotLinked
    unlink_friend(link.friend_id, how=how, by=by)
