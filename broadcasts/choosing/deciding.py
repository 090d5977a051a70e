"""The decision of an A/B test: which text the rest gets, by the figures or by a person, once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from pyroaring import BitMap

from accounts import activity, board
from accounts.errors import AppError
from accounts.models import User
from broadcasts.checking import own_pages
from broadcasts.choosing import figures, waiting
from broadcasts.choosing.errors import NothingToDecide
from broadcasts.choosing.figures import Figure, Metric
from broadcasts.models import Batch, Broadcast, SplitTest, Variant
from broadcasts.sending import bodies, delivery

logger = logging.getLogger(__name__)
Status = Broadcast.Status


def decide(broadcast: Broadcast, letter: str, *, by: User | None) -> SplitTest:
    """A person has the rest get this text, before the figures decide or instead of them.

    Raises NothingToDecide unless the test is waiting and has such a text, and as `_let_go`.
    """
    with transaction.atomic():
        test = _held(broadcast.pk)
        winner = broadcast.variants.filter(letter=letter).first()
        if test is None or winner is None:
            raise NothingToDecide()
        _let_go(test, winner, _("Chosen by a person."), by=by)
    return test


def decide_due() -> None:
    """Decide the tests of this client whose time has come. Two workers at once decide each once."""
    seen = board.version(waiting.KIND)
    due = _waiting().filter(decides_at__lte=timezone.now()).values_list("broadcast", flat=True)
    for number in list(due):
        _decide(number)
    board.settle(waiting.KIND, next_moment(), seen=seen)


def next_moment() -> datetime | None:
    """When the next test is to be decided; None if none waits for its time."""
    timed = _waiting().exclude(decides_at=None).order_by("decides_at")
    return timed.values_list("decides_at", flat=True).first()


def _decide(number: int) -> None:
    """LINE is asked before anything is locked; whoever is second finds the test decided."""
    broadcast = Broadcast.objects.defer("audience", "body").get(pk=number)
    later = waiting.moment(broadcast, timezone.now())
    found = figures.of(broadcast, asks_line=broadcast.split_test.metric == Metric.OPENS)
    with transaction.atomic():
        test = _held(number)
        if test is None or test.decides_at is None or test.decides_at > timezone.now():
            return
        if later > timezone.now():
            _put_off(test, later)
            return
        winner, reason = verdict(test, found)
        if winner is None:
            _ask(test, reason)
            return
        try:
            with transaction.atomic():
                _let_go(test, winner.variant, reason, by=None)
        except AppError as refusal:  # a variable it names is gone, say: a person mends that, and decides
            _ask(test, f"{reason} {refusal.message}")


def verdict(test: SplitTest, found: Sequence[Figure]) -> tuple[Figure | None, str]:
    """The text that is best by the figures, and why in words; None if a person is to decide.

    Where the rates wished for do not decide, for LINE hides them or they are the same, the clicks on our own
    links do; where these do not either, text A goes on. A person decides instead if that is asked for.
    """
    if winner := figures.best(found, test.metric):
        return winner, _why(test.get_metric_display(), winner, test.metric, found)
    unclear = _unclear(test, found)
    if test.asks_person:
        return None, unclear
    clicks = Metric.CLICKS
    if test.metric != clicks and (winner := figures.best(found, clicks)):
        return winner, f"{unclear} {_why(clicks.label, winner, clicks, found)}"
    return found[0], f"{unclear} {_('So text A was sent.')}"


def _why(name: object, winner: Figure, metric: str, found: Sequence[Figure]) -> str:
    said = {
        "letter": winner.variant.letter,
        "metric": name,
        "rate": f"{100 * (winner.rate(metric) or 0):.1f}",
    }
    best = _("Text %(letter)s was best by %(metric)s: %(rate)s %%.") % said
    return f"{best} {figures.certainty(found, metric)}"


def _unclear(test: SplitTest, found: Sequence[Figure]) -> str:
    said = {"metric": test.get_metric_display()}
    if any(figure.rate(test.metric) is None for figure in found):
        return _("By %(metric)s it could not be decided: LINE does not tell numbers below 20.") % said
    return _("By %(metric)s it could not be decided: no text was ahead.") % said


def _waiting() -> QuerySet[SplitTest]:
    """Tests whose sample has left and of which nobody has decided."""
    return SplitTest.objects.filter(broadcast__status=Status.TESTING, decided_at=None)


def _held(number: int) -> SplitTest | None:
    """The test of this broadcast if it is waiting, locked with it until the transaction ends."""
    Broadcast.objects.select_for_update(no_key=True).values_list("pk").get(pk=number)
    rows = _waiting().select_for_update(of=["self"]).select_related("broadcast")
    return rows.filter(broadcast=number).first()


def _let_go(test: SplitTest, winner: Variant, reason: str, *, by: User | None) -> None:
    """The rest gets this text, in the caller's transaction: their batches have waited for it.

    Raises PageNotOpen if it leads to what was closed, or given out, since the sample got it; InvalidMessages.
    """
    broadcast = test.broadcast
    if test.rest:
        rest, said = BitMap.deserialize(bytes(test.rest)), [(winner.letter, winner.messages)]
        own_pages.check(broadcast, timezone.now(), rest, texts=said)
    body = bodies.frozen(broadcast, winner.messages)
    test.winner, test.reason = winner, reason[:300]
    test.decided_at, test.decided_by_id = timezone.now(), getattr(by, "pk", None)
    test.save(update_fields=["winner", "reason", "decided_at", "decided_by_id"])
    broadcast.batches.filter(state=Batch.State.WAITING).update(state=Batch.State.PENDING)
    broadcast.move(Status.TESTING, to=Status.SENDING, body=body, problem="")
    activity.record("broadcast.split_decided", broadcast, by=by, letter=winner.letter)
    board.call(delivery.KIND)
    logger.info("split_test.decided", extra={"broadcast": broadcast.pk, "letter": winner.letter})


def _ask(test: SplitTest, reason: str) -> None:
    """The figures do not decide: it waits until a person does."""
    test.decides_at, test.reason = None, reason[:300]
    test.save(update_fields=["decides_at", "reason"])


def _put_off(test: SplitTest, later: datetime) -> None:
    test.decides_at = later
    test.save(update_fields=["decides_at"])
