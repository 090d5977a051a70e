"""The step that gives friends another rich menu. LINE is asked a moment later, friend by friend.

Who asked last wins: a later step, and ID linking, which gives a menu of its own with each link that is made
or undone, replace what an earlier one gave.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import current
from channels.models import Channel
from channels.services import client_for
from friends.models import Friend
from line import wire
from line.client import LineClient
from line.errors import LineError, RateLimited, Unauthorized, Unavailable
from scenarios.acts import errands
from scenarios.acts.tags import NO_FRIEND
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Menu
from scenarios.models import Errand

logger = logging.getLogger(__name__)
State = Errand.State
Ask = Callable[[], Awaitable[object]]
BATCH = 50
LEASE = timedelta(seconds=30)  # longer than a request may take
BACK_OFF = [2, 5, 15, 60, 300, 900]  # seconds
TRIED_FOR = timedelta(hours=23)
NOT_A_FRIEND = gettext_noop("They are no friend of the account.")
NO_ANSWER = gettext_noop("LINE does not answer.")

# One friend at a time, the oldest first, and of several menus for one friend only the newest is asked for.
CLAIM = """
WITH due AS (
    SELECT id FROM scenarios_errand
    WHERE kind = 'menu' AND state IN ('open', 'under_way') AND due_at <= %(now)s
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE scenarios_errand AS errand
SET state = CASE WHEN newer.id IS NULL THEN 'under_way' ELSE 'superseded' END,
    due_at = CASE WHEN newer.id IS NULL THEN %(until)s::timestamptz END,
    ended_at = CASE WHEN newer.id IS NULL THEN NULL ELSE now() END, tries = least(tries + 1, 30000)
FROM due LEFT JOIN LATERAL (
    SELECT later.id FROM scenarios_errand AS asked
    JOIN scenarios_errand AS later ON later.kind = 'menu' AND later.friend_id = asked.friend_id
                                  AND later.id > asked.id
    WHERE asked.id = due.id LIMIT 1
) AS newer ON true
WHERE errand.id = due.id RETURNING errand.id, errand.state
"""


def give(step: Menu, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Nobody waits for LINE; who is no friend goes on without."""
    friends = [person for person in people if person.friend_id]
    errands.owe(Errand.Kind.MENU, step.id, friends, turn, about=step.menu or "")
    return {person.entry_id: Go(what="" if person.friend_id else NO_FRIEND) for person in people}


def do_due(seconds: float) -> None:
    """Ask LINE for the menus that are due in this client, for some seconds. Two at once share them."""
    over = monotonic() + seconds
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    while channel and monotonic() < over and (claimed := _claim()):
        friends = Friend.objects.in_bulk({errand.friend_id for errand in claimed})
        client = client_for(channel)
        asks = [_ask(client, errand, friends.get(errand.friend_id or 0)) for errand in claimed]
        for errand, end in zip(claimed, wire.run(_all(asks)), strict=True):
            _store(errand, end)


def _claim() -> list[Errand]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ours = [pk for pk, state in cursor.fetchall() if state == State.UNDER_WAY]
    return list(Errand.objects.filter(pk__in=ours).order_by("pk"))


def _ask(client: LineClient, errand: Errand, friend: Friend | None) -> Ask | None:
    """None where there is nobody whom LINE would give it to."""
    if friend is None or friend.status != Friend.Status.FRIEND:
        return None
    user_id, menu = friend.line_user_id, errand.about
    if not menu:
        return lambda: client.unlink_rich_menu_id_from_user(user_id)
    return lambda: client.link_rich_menu_id_to_user(user_id, menu)


async def _all(asks: Iterable[Ask | None]) -> list[str | LineError]:
    """What each came to: "" is well, otherwise why it cannot be done, or LINE's error."""

    async def one(ask: Ask | None) -> str | LineError:
        if ask is None:
            return NOT_A_FRIEND
        try:
            await ask()
        except TimeoutError:
            return Unavailable("no answer in time")
        except LineError as error:
            return error
        return ""

    return await asyncio.gather(*map(one, asks))


@transaction.atomic
def _store(errand: Errand, end: str | LineError) -> None:
    again = _again(errand, end)
    problem = end if isinstance(end, str) else getattr(end, "message", "") or NO_ANSWER
    ended: dict = {"state": State.FAILED if problem else State.DONE, "due_at": None, "ended_at": Now()}
    waits: dict = {"state": State.OPEN, "due_at": timezone.now() + again if again else None}
    rows = Errand.objects.filter(pk=errand.pk, state=State.UNDER_WAY)
    rows.update(problem=problem[:300], **(waits if again else ended))
    if problem and not again:
        logger.warning("scenario.menu_failed", extra={"errand": errand.pk})


def _again(errand: Errand, end: str | LineError) -> timedelta | None:
    """After how long it is tried again; None: it has ended, well or not."""
    if not isinstance(end, Unavailable | RateLimited | Unauthorized):
        return None
    if timezone.now() >= errand.created_at + TRIED_FOR:
        return None
    if isinstance(end, RateLimited):
        return timedelta(seconds=end.retry_after)
    return timedelta(seconds=BACK_OFF[min(errand.tries, len(BACK_OFF)) - 1])


acting.register("menu", give)  # type: ignore[arg-type]
