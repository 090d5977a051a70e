"""Commands on destinations of conversions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from accounts import activity, board, naming
from accounts.models import User
from adplatforms.errors import (
    BadNumber,
    DestinationNameTaken,
    ManyDestinations,
    NoClickIds,
    NoDestinationName,
    NoPage,
    NoPoints,
    NoRequests,
    NoSourceId,
    NotAgain,
    NothingToKnowThemBy,
    NoToken,
    NotOurSecret,
    TokenOfAnother,
    TooEarly,
    TooLate,
    UnknownClickIds,
)
from adplatforms.handing import news, requests, secrets, shapes
from adplatforms.handing.requests import Request
from adplatforms.models import Delivery, Destination, Handover
from adplatforms.models.delivery import Reason
from attribution.models import Point
from line import wire
from relays import addresses, outside
from relays.outside import Answer

MOST = 20
FARTHEST = timedelta(days=90)
SHOWN = 2_000  # bytes of an answer to a test
# Another value of these chooses other conversions, or other clicks for them.
CHOSEN_BY = ("click_ids", "click_choice", "window_days", "needs_click", "sends_contacts", "consent")
SETTINGS = (
    "name",
    "url",
    "source_id",
    "event_name",
    "page_url",
    *CHOSEN_BY,
    "order_id",
    "delay_hours",
)


@dataclass(frozen=True)
class Tried:
    """What was sent to try a destination, and what it answered."""

    request: Request
    answer: Answer


@transaction.atomic
def create_destination(
    *,
    kind: str,
    points: Iterable[Point],
    secret: str = "",
    since: datetime | None = None,
    by: User | None,
    **settings: Any,
) -> Destination:
    """A new destination; `settings` are fields of it. Conversions since `since` (now) are handed over.

    Our webhook gets a signing secret of its own; for the others `secret` is the platform's token. Raises
    ManyDestinations, DestinationNameTaken, BadAddress and whatever else is wrong with the settings.
    """
    if Destination.objects.count() >= MOST:
        raise ManyDestinations(most=MOST)
    now = timezone.now()
    if since and not now - FARTHEST <= since <= now:
        raise TooEarly(days=FARTHEST.days)
    destination = Destination(kind=kind, since=since or now, **settings)
    chosen = _check(destination, points)
    if not secret and _asks_for_token(destination):
        raise NoToken
    naming.save(destination, DestinationNameTaken)
    destination.points.set(chosen)
    is_ours = destination.kind == Destination.Kind.WEBHOOK
    _keep_secret(destination, secrets.fresh() if is_ours else secret)
    news.listen()
    board.call(news.KIND)
    activity.record("ad_destination.created", destination, by=by, name=destination.name, kind=kind)
    return destination


@transaction.atomic
def change_destination(
    destination: Destination,
    *,
    points: Iterable[Point] | None = None,
    secret: str = "",
    by: User | None,
    **changes: Any,
) -> Destination:
    """Other settings; the kind stays, and so does the secret if none is given.

    What was told stays told. What is chosen differently now is looked at again. Raises as create_destination,
    and TokenOfAnother if the address is another's and the token is not given anew.
    """
    destination = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    host = urlsplit(destination.url).hostname
    changed = {name: value for name, value in changes.items() if getattr(destination, name) != value}
    for name, value in changed.items():
        setattr(destination, name, value)
    before = set(destination.points.all())
    after = set(_check(destination, before if points is None else points))
    is_elsewhere = urlsplit(destination.url).hostname != host
    if is_elsewhere and destination.sealed_secret and _has_token(destination) and not secret.strip():
        raise TokenOfAnother  # nobody else gets to read what is never shown
    if changed.keys() & set(CHOSEN_BY) or after - before:
        destination.version += 1
        destination.cursor = 0
        board.call(news.KIND)
    naming.save(destination, DestinationNameTaken, fields=[*changed, "version", "cursor"])
    if after != before:
        destination.points.set(after)
        _leave_out(destination, before - after)
    if secret and _has_token(destination):
        _keep_secret(destination, secret)
    if "url" in changed or secret:
        _begin_anew(destination)
    fields = sorted({*changed, *(["points"] if after != before else []), *(["secret"] if secret else [])})
    if fields:
        activity.record("ad_destination.changed", destination, by=by, name=destination.name, fields=fields)
    return destination


@transaction.atomic
def renew_secret(destination: Destination, *, by: User | None) -> str:
    """A new signing secret; for a day the former one signs beside it. Raises NotOurSecret."""
    destination = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    if destination.kind != Destination.Kind.WEBHOOK:
        raise NotOurSecret
    destination.sealed_former = destination.sealed_secret
    destination.former_until = timezone.now() + secrets.FORMER_LASTS
    destination.save(update_fields=["sealed_former", "former_until"])
    fresh = secrets.fresh()
    _keep_secret(destination, fresh)
    activity.record("ad_destination.secret_renewed", destination, by=by, name=destination.name)
    return fresh


@transaction.atomic
def pause(destination: Destination, *, by: User | None) -> None:
    """Send nothing until `resume`; what comes in meanwhile waits."""
    rows = Destination.objects.filter(pk=destination.pk, paused_at=None)
    if rows.update(paused_at=timezone.now()):
        activity.record("ad_destination.paused", destination, by=by, name=destination.name)
    destination.refresh_from_db()


@transaction.atomic
def resume(destination: Destination, *, by: User | None) -> None:
    """Send what has waited, and what comes; what is too old for the platform by now is not."""
    if Destination.objects.filter(pk=destination.pk, paused_at__isnull=False).update(paused_at=None):
        _begin_anew(destination)
        activity.record("ad_destination.resumed", destination, by=by, name=destination.name)
    destination.refresh_from_db()


@transaction.atomic
def remove(destination: Destination, *, by: User | None) -> None:
    """What waits is not sent any more, and its log goes. What the platform was told stays there."""
    activity.record("ad_destination.removed", destination, by=by, name=destination.name)
    rows = Handover.objects.filter(destination=destination)
    list(rows.select_for_update().order_by("pk").values_list("pk"))  # in the order of all who hold them
    rows.delete()
    destination.delete()
    news.listen()


@transaction.atomic
def send_again(delivery: Delivery, *, by: User | None) -> None:
    """Try what has failed anew, now and as often as one that is new. Raises NotAgain."""
    row = Handover.objects.select_for_update().get(pk=delivery.handover_id)
    newest = Delivery.objects.select_for_update().filter(handover=row).order_by("-number").first()
    if newest is None or newest.pk != delivery.pk or newest.state != Delivery.State.FAILED:
        raise NotAgain
    now = timezone.now()
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(state=Delivery.State.WAITING, reason="", due_at=now, ended_at=None, attempts=[], problem="")
    Handover.objects.filter(pk=row.pk).update(state=Handover.State.WAITING, reason="")
    board.call(news.KIND)
    activity.record("ad_delivery.sent_again", delivery, by=by)


def try_out(destination: Destination, *, code: str = "", by: User | None) -> Tried:
    """Send one made-up conversion of ¥1, marked as a test where the platform has a mark for it.

    `code` is the platform's own test code. Raises NoRequests.
    """
    if destination.is_file:
        raise NoRequests
    request = requests.test_request(destination, code.strip(), timezone.now())
    answer = wire.run(outside.post(request.url, request.body, request.headers, read=SHOWN))
    activity.record("ad_destination.tested", destination, by=by, name=destination.name, status=answer.status)
    return Tried(request, answer)


def _check(destination: Destination, points: Iterable[Point]) -> list[Point]:
    """Put the settings into the form in which they are kept, and raise what is wrong with them."""
    shape = shapes.of(destination.kind)
    destination.name = " ".join(destination.name.split())
    chosen = list(points)
    if not destination.name:
        raise NoDestinationName
    if not chosen:
        raise NoPoints
    destination.url = "" if destination.is_file else addresses.clean(destination.url)
    _check_clicks(destination, shape)
    if not (1 <= destination.window_days <= 90 and 0 <= destination.delay_hours <= 720):
        raise BadNumber
    if timedelta(hours=destination.delay_hours) >= shape.oldest:
        raise TooLate(days=shape.oldest.days)
    if shape.id_label and not destination.source_id.strip():
        raise NoSourceId
    if shape.needs_page and not destination.page_url.strip():
        raise NoPage
    return chosen


def _check_clicks(destination: Destination, shape: shapes.Shape) -> None:
    destination.click_ids = list(dict.fromkeys(destination.click_ids))
    if unknown := [name for name in destination.click_ids if name not in shape.click_ids]:
        raise UnknownClickIds(names=", ".join(unknown))
    if destination.kind == Destination.Kind.GOOGLE_FILE:
        destination.needs_click, destination.sends_contacts = True, False
    if destination.needs_click and not destination.click_ids:
        raise NoClickIds
    if not destination.click_ids and not destination.sends_contacts:
        raise NothingToKnowThemBy


def _has_token(destination: Destination) -> bool:
    """Whether what is kept is the platform's, and leaves as it is; ours only signs."""
    return destination.kind != Destination.Kind.WEBHOOK


def _asks_for_token(destination: Destination) -> bool:
    """Platforms that are asked directly; for programs of the client's own a token is a choice."""
    shape = shapes.of(destination.kind)
    return bool(shape.token) and bool(shape.usual_url)


def _keep_secret(destination: Destination, text: str) -> None:
    sealed = secrets.seal(destination, text.strip()) if text.strip() else None
    Destination.objects.filter(pk=destination.pk).update(sealed_secret=sealed)
    destination.sealed_secret = sealed


def _leave_out(destination: Destination, points: set[Point]) -> None:
    """What nobody has tried yet of these points is not sent; what was told of them is left as it is."""
    rows = Handover.objects.select_for_update().filter(destination=destination, point__in=points)
    held = list(rows.filter(state=Handover.State.WAITING).order_by("pk").values_list("pk", flat=True))
    open_ = Delivery.objects.waiting().filter(handover__in=held, begun_at=None)
    left = list(open_.filter(kind=Delivery.Kind.CONVERSION).values_list("handover", flat=True))
    fields = {"reason": Reason.LEFT_OUT, "state": Delivery.State.SKIPPED}
    Delivery.objects.waiting().filter(handover__in=left).update(ended_at=timezone.now(), **fields)
    Handover.objects.filter(pk__in=left).update(reason=Reason.LEFT_OUT, state=Handover.State.SKIPPED)


def _begin_anew(destination: Destination) -> None:
    """Forget former failures, and have what waits for another try sent now."""
    Destination.objects.filter(pk=destination.pk).update(
        fail_count=0, failing_since=None, held_until=None, last_error=""
    )
    tried = Delivery.objects.waiting().filter(destination=destination, lease_until=None)
    tried.exclude(begun_at=None).filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
    board.call(news.KIND)
    destination.refresh_from_db()
