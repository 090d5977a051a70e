"""The decision of an A/B test: which text the rest gets, by the figures or by a person, once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop
from pyroaring import BitMap

from accounts import activity, board
from accounts.errors import AppError
from accounts.models import User
from accounts.reasons import Reason, reason, together
from broadcasts.checking import own_pages
from broadcasts.choosing import figures, waiting
from broadcasts.choosing.errors import NothingToDecide
from broadcasts.choosing.figures import Figure, Metric
from broadcasts.models import Batch, Broadcast, SplitTest, Variant
from broadcasts.sending import bodies, delivery

logger = logging.getLogger(__name__)
Status = Broadcast.Status
HIDDEN = gettext_noop("By %(metric)s it could not be decided: LINE does not tell numbers below 20.")
EVEN = gettext_noop("By %(metric)s it could not be decided: no text was ahead.")


def decide(broadcast: Broadcast, letter: str, *, by: User | None) -> SplitTest:
    """A person has the rest get this text, before the figures decide or instead of them.

    Raises NothingToDecide unless the test is waiting and has such a text, and as `_let_go`.
    """
    with transaction.atomic():
        test = _held(broadcast.pk)
        winner = broadcast.variants.filter(letter=letter).first()
        if test is None or winner is None:
            raise NothingToDecide()
        _let_go(test, winner, reason(gettext_noop("Chosen by a person.")), by=by)
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
        winner, why = verdict(test, found)
        if winner is None:
            _ask(test, why)
            return
        try:
            with transaction.atomic():
                _let_go(test, winner.variant, why, by=None)
        except AppError as refusal:  # a variable it names is gone, say: a person mends that, and decides
            _ask(test, together(why, refusal))


def verdict(test: SplitTest, found: Sequence[Figure]) -> tuple[Figure | None, Reason]:
    """The text that is best by the figures, and why in words; None if a person is to decide.

    Where the rates wished for do not decide, for LINE hides them or they are the same, the clicks on our own
    links do; where these do not either, text A goes on. A person decides instead if that is asked for.
    """
    if winner := figures.best(found, test.metric):
        return winner, _why(winner, test.metric, found)
    unclear = _unclear(test, found)
    if test.asks_person:
        return None, unclear
    clicks = Metric.CLICKS
    if test.metric != clicks and (winner := figures.best(found, clicks)):
        return winner, together(unclear, _why(winner, clicks, found))
    return found[0], together(unclear, reason(gettext_noop("So text A was sent.")))


def _why(winner: Figure, metric: str, found: Sequence[Figure]) -> Reason:
    best = reason(
        gettext_noop("Text %(letter)s was best by %(metric)s: %(rate)s %%."),
        letter=winner.variant.letter,
        metric=Metric(metric).label,
        rate=f"{100 * (winner.rate(metric) or 0):.1f}",
    )
    return together(best, figures.certainty(found, metric))


def _unclear(test: SplitTest, found: Sequence[Figure]) -> Reason:
    is_hidden = any(figure.rate(test.metric) is None for figure in found)
    return reason(HIDDEN if is_hidden else EVEN, metric=Metric(test.metric).label)


def _waiting() -> QuerySet[SplitTest]:
    """Tests whose sample has left and of which nobody has decided."""
    return SplitTest.objects.filter(broadcast__status=Status.TESTING, decided_at=None)


def _held(number: int) -> SplitTest | None:
    """The test of this broadcast if it is waiting, locked with it until the transaction ends."""
    Broadcast.objects.select_for_update(no_key=True).values_list("pk").get(pk=number)
    rows = _waiting().select_for_update(of=["self"]).select_related("broadcast")
    return rows.filter(broadcast=number).first()


def _let_go(test: SplitTest, winner: Variant, why: Reason, *, by: User | None) -> None:
    """The rest gets this text, in the caller's transaction: their batches have waited for it.

    Raises PageNotOpen if it leads to what was closed, or given out, since the sample got it; InvalidMessages.
    """
    broadcast = test.broadcast
    if test.rest:
        rest, said = BitMap.deserialize(bytes(test.rest)), [(winner.letter, winner.messages)]
        own_pages.check(broadcast, timezone.now(), rest, texts=said)
    body = bodies.frozen(broadcast, winner.messages)
    test.winner, test.reason = winner, why
    test.decided_at, test.decided_by_id = timezone.now(), getattr(by, "pk", None)
    test.save(update_fields=["winner", "reason", "decided_at", "decided_by_id"])
    broadcast.batches.filter(state=Batch.State.WAITING).update(state=Batch.State.PENDING)
    broadcast.move(Status.TESTING, to=Status.SENDING, body=body, problem="")
    activity.record("broadcast.split_decided", broadcast, by=by, letter=winner.letter)
    board.call(delivery.KIND)
    logger.info("split_test.decided", extra={"broadcast": broadcast.pk, "letter": winner.letter})


def _ask(test: SplitTest, why: Reason) -> None:
    """The figures do not decide: it waits until a person does."""
    test.decides_at, test.reason = None, why
    test.save(update_fields=["decides_at", "reason"])


def _put_off(test: SplitTest, later: datetime) -> None:
    test.decides_at = later
    test.save(update_fields=["decides_at"])
