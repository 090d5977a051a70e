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
# Nobody is to decide any more how they are linked: they want to be linked with nobody.
SETTLE = """
UPDATE linking_linkconflict AS conflict SET state = 'settled', decided_at = now()
FROM unnest(%s::int[], %s::timestamptz[]) AS given (friend_id, at)
WHERE conflict.friend_id = given.friend_id AND conflict.state = 'open' AND conflict.claimed_at <= given.at"""


@transaction.atomic
def unlink_friend(friend_id: int, *, how: Link.Ended, by: User | None = None) -> bool:
    """End what ties this friend to a customer, now; it stays in the history. False if nothing did.

    Tags and menu of linked friends and what LINE Login allowed are taken back, and what was prepared for
    them as a customer is not sent any more.
    """
    present = Link.objects.active().filter(friend=friend_id).first()
    now = timezone.now()
    wish = max(now, present.linked_at) if present else now  # LINE's clock may be ahead of ours
    return bool(unlink_friends({friend_id: wish}, how=how, by=by))


@transaction.atomic
def unlink_friends(wishes: dict[int, datetime], *, how: Link.Ended, by: User | None = None) -> set[int]:
    """End the links of these friends, by number, as far as they are older than the wish. Who had one."""
    if how == Link.Ended.BY_FRIEND:
        with connection.cursor() as cursor:
            for statement in (WITHDRAW, SETTLE):
                cursor.execute(statement, [list(wishes), list(wishes.values())])
    ended = bonds.untie(wishes, how, by=by)
    if how != Link.Ended.BY_FRIEND:
        for link in ended:
            activity.record("link.ended", link, by=by, how=how)
    return {link.friend_id for link in ended}


@transaction.atomic
def unlink(link: Link, *, how: Link.Ended, by: User | None = None) -> None:
    """End this very link, now. Raises NotLinked if it has ended before."""
    bonds.lock({link.friend_id}, ())
    if not Link.objects.active().filter(pk=link.pk).exists():
        raise NotLinked
    unlink_friend(link.friend_id, how=how, by=by)
