"""What follows when links are made or end: tags at once, and duties towards LINE, in the same transaction."""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from accounts import board
from friends import services as friends
from friends.models import Tag
from linking.models import Link, LinkDuty, LinkSettings, LoginGrant

DUTIES = "link_duties"  # on the work board
Kind = LinkDuty.Kind


def follow(linked: list[Link], left: list[Link]) -> None:
    """Of links that were made and hold, and of links that ended, whose friends have none now."""
    if not linked and not left:
        return
    wanted = LinkSettings.objects.prefetch_related("tags").filter(pk=1).first() or LinkSettings(pk=1)
    if wanted.updated_at:
        _tag(wanted.tags.all(), linked, left)
    owed = [*_welcomes(wanted, linked), *_menus(wanted, [*linked, *left]), *_permissions(left)]
    if owed:
        LinkDuty.objects.bulk_create(owed)
        board.call(DUTIES)
    _settle_conflicts(linked)


# Spread, 200 a second, so that what follows from new links need not wait until a million menus are changed.
MENUS_OF_ALL = """
INSERT INTO linking_linkduty (friend_id, link_id, kind, state, key, tries, problem, due_at, created_at)
SELECT friend_id, id, 'menu', 'open', gen_random_uuid(), 0, '',
    now() + (row_number() OVER (ORDER BY id) - 1) * interval '5 ms', now()
FROM linking_link link
WHERE unlinked_at IS NULL AND NOT EXISTS (
    SELECT FROM linking_linkduty owed
    WHERE owed.friend_id = link.friend_id AND owed.kind = 'menu' AND owed.state = 'open')"""


def owe_menus_to_all() -> int:
    """Have the menu of everybody who is linked brought up to date; how many were not to be anyway."""
    with connection.cursor() as cursor:
        cursor.execute(MENUS_OF_ALL)
        count = cursor.rowcount
    board.call(DUTIES)
    return count


def _tag(tags: Iterable[Tag], linked: list[Link], left: list[Link]) -> None:
    for tag in sorted(tags, key=lambda tag: tag.pk):
        if linked:
            friends.tag_friends([link.friend_id for link in linked], tag)
        if left:
            friends.untag_friends([link.friend_id for link in left], tag)


def _welcomes(wanted: LinkSettings, linked: list[Link]) -> list[LinkDuty]:
    """Who has agreed in LINE's dialog gets a free reply instead; who is on a list has not asked for any."""
    if not wanted.welcome_by_push:
        return []
    by_page = [link for link in linked if link.is_proved and link.method != Link.Method.ACCOUNT_LINK]
    greeted = _greeted([link.friend_id for link in by_page])
    new = [link for link in by_page if (link.friend_id, link.customer_id) not in greeted]
    return [_duty(Kind.WELCOME, link) for link in new]


def _greeted(friend_ids: list[int]) -> set[tuple[int, int]]:
    """Pairs of friend and customer that have had their welcome: who signs in again is not greeted again."""
    welcomes = LinkDuty.objects.filter(kind=Kind.WELCOME, friend__in=friend_ids)
    had = welcomes.exclude(state=LinkDuty.State.FAILED)
    return set(had.values_list("friend_id", "link__customer_id"))


def _menus(wanted: LinkSettings, changed: list[Link]) -> list[LinkDuty]:
    return [_duty(Kind.MENU, link) for link in changed] if wanted.linked_menu else []


def _permissions(left: list[Link]) -> list[LinkDuty]:
    """LINE asks that what somebody allowed be taken back once it is of no use any more."""
    if not left:
        return []
    granted = LoginGrant.objects.filter(friend__in={link.friend_id for link in left})
    newest = {link.friend_id: link for link in sorted(left, key=lambda link: link.linked_at)}
    return [_duty(Kind.DEAUTHORIZE, newest[friend]) for friend in granted.values_list("friend_id", flat=True)]


def _duty(kind: LinkDuty.Kind, link: Link) -> LinkDuty:
    return LinkDuty(kind=kind, link=link, friend_id=link.friend_id, due_at=timezone.now())


# A claim is settled once the pair is linked, and once friend or customer have shown otherwise themselves.
SETTLE = """
UPDATE linking_linkconflict AS conflict SET state = 'settled', decided_at = now()
FROM unnest(%s::int[], %s::int[], %s::bool[]) AS link (friend_id, customer_id, is_proved)
WHERE conflict.state = 'open'
  AND ((conflict.friend_id, conflict.customer_id) = (link.friend_id, link.customer_id)
       OR (link.is_proved
           AND (conflict.friend_id = link.friend_id OR conflict.customer_id = link.customer_id)))"""


def _settle_conflicts(linked: list[Link]) -> None:
    if not linked:
        return
    columns = [(link.friend_id, link.customer_id, link.is_proved) for link in linked]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [list(column) for column in zip(*columns, strict=True)])
