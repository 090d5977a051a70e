"""Commands on a client's relays."""

from collections.abc import Iterable

import orjson
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from channels import handlers
from channels.models import Channel
from line import signatures, wire
from relays import addresses, outside
from relays.delivering import KEPT, KIND
from relays.errors import NothingToSend, TargetExists, TestFailed, TooManyTargets, UnknownTypes
from relays.models import Delivery, Target
from relays.outside import Answer

MOST_TARGETS = 10
MOST_COUNTED = 10_000  # of what waits
AGAIN = """
    INSERT INTO public.relays_delivery
        (tenant_id, target_id, body_id, body_received_at, event_types, due_at)
    SELECT old.tenant_id, old.target_id, old.body_id, old.body_received_at, old.event_types, clock_timestamp()
    FROM public.relays_delivery AS old
    WHERE old.id = %(id)s AND old.tenant_id = %(tenant)s AND old.state <> 'new'
      AND EXISTS (SELECT FROM public.channels_inboxbody AS body
                  WHERE body.id = old.body_id AND body.received_at = old.body_received_at)
      AND NOT EXISTS (SELECT FROM public.relays_delivery AS open WHERE open.target_id = old.target_id
                      AND open.state = 'new' AND open.body_id = old.body_id)
"""


def test(url: str) -> Answer:
    """What the address answers to a webhook without events, signed as LINE signs it. Raises BadAddress."""
    channel = Channel.objects.get(tenant=current.tenant().pk)
    body = orjson.dumps({"destination": channel.bot_user_id, "events": []})
    headers = outside.headers_for(signatures.sign(channel.secret(), body))
    return wire.run(outside.post(addresses.clean(url), body, headers))


def create_target(
    *, name: str, url: str, event_types: Iterable[str] = (), untested: bool = False, by: User | None
) -> Target:
    """A relay of the present client; webhooks that come from now on go there.

    It is tested first, unless `untested`. Raises BadAddress, UnknownTypes, TargetExists, TooManyTargets and
    TestFailed, and then nothing is saved.
    """
    url, types = addresses.clean(url), _known(event_types)
    if Target.objects.of(current.tenant()).count() >= MOST_TARGETS:
        raise TooManyTargets(most=MOST_TARGETS)
    _check_free(url)
    if not untested:
        _check_answer(url)
    with transaction.atomic():
        target = Target(tenant_id=current.tenant().pk, name=name.strip(), url=url, event_types=types)
        _save(target)
        activity.record("relay.created", target, by=by, name=target.name, url=url)
    return target


def change_target(
    target: Target,
    *,
    name: str | None = None,
    url: str | None = None,
    event_types: Iterable[str] | None = None,
    untested: bool = False,
    by: User | None,
) -> Target:
    """What waits goes to the new address too. A new address is tested; raises as `create_target` does."""
    changed = url is not None and addresses.clean(url) != target.url
    if url is not None and changed:
        target.url = addresses.clean(url)
        _check_free(target.url)
        if not untested:
            _check_answer(target.url)
    target.name = target.name if name is None else name.strip()
    target.event_types = target.event_types if event_types is None else _known(event_types)
    with transaction.atomic():
        _save(target)
        if changed:
            _begin_anew(target)
        activity.record("relay.changed", target, by=by, name=target.name, url=target.url)
    return target


@transaction.atomic
def pause(target: Target, *, by: User | None) -> None:
    """Send nothing until `resume`. What comes in meanwhile waits for KEPT, and is then skipped."""
    if Target.objects.filter(pk=target.pk, paused_at=None).update(paused_at=timezone.now()):
        activity.record("relay.paused", target, by=by, name=target.name)
    target.refresh_from_db()


@transaction.atomic
def resume(target: Target, *, by: User | None) -> None:
    """Send what has waited, in the order in which it came, and what comes."""
    if Target.objects.filter(pk=target.pk, paused_at__isnull=False).update(paused_at=None):
        _begin_anew(target)
        activity.record("relay.resumed", target, by=by, name=target.name)
    target.refresh_from_db()


@transaction.atomic
def remove(target: Target, *, by: User | None) -> None:
    """What waits is not sent any more; the log goes too, as its days are dropped."""
    activity.record("relay.removed", target, by=by, name=target.name, url=target.url)
    waiting = Delivery.objects.of(target).waiting()
    waiting.update(state=Delivery.State.SKIPPED, finished_at=timezone.now())
    Target.objects.filter(pk=target.pk).delete()


@transaction.atomic
def send_again(delivery: Delivery, *, by: User | None) -> None:
    """Send a body to its target once more, soon, with a schedule of its own. Raises NothingToSend."""
    Target.objects.select_for_update().get(pk=delivery.target_id)  # a second click waits, and finds the first
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"id": delivery.pk, "tenant": current.tenant().pk})
        if not cursor.rowcount:
            raise NothingToSend
    board.call(KIND)
    activity.record("relay.sent_again", delivery.target, by=by, body=delivery.body_id)


def _known(types: Iterable[str]) -> list[str]:
    """Sorted, each once; none at all means all. Raises UnknownTypes."""
    given = set(types)
    if unknown := given - handlers.known_types():
        raise UnknownTypes(types=", ".join(sorted(unknown)))
    return sorted(given)


def _check_free(url: str) -> None:
    if own := Target.objects.of(current.tenant()).filter(url=url).first():
        raise TargetExists(name=own.name)


def _check_answer(url: str) -> None:
    answer = test(url)
    if not answer.is_good:
        raise TestFailed(reason=outside.in_words(answer.error))


def _save(target: Target) -> None:
    try:
        with transaction.atomic():
            target.save(update_fields=["name", "url", "event_types"] if target.pk else None)
    except IntegrityError as error:
        raise TargetExists(name=target.name) from error


def _begin_anew(target: Target) -> None:
    """Forget former failures, and have what waits sent now."""
    Target.objects.filter(pk=target.pk).update(
        fail_count=0, failing_since=None, held_until=None, announced_at=None, last_error=""
    )
    later = Delivery.objects.of(target).waiting().filter(due_at__gt=timezone.now(), lease_until=None)
    later.filter(created_at__gte=timezone.now() - KEPT).update(due_at=timezone.now())
    board.call(KIND)
    target.refresh_from_db()
