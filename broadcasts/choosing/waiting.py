"""Between the sample and the rest of an A/B test: it waits for what the figures say."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import board
from broadcasts.models import Broadcast, SplitTest
from broadcasts.timing import quiet

KIND = "split_tests"  # on the work board


@transaction.atomic
def begin(broadcast_id: int) -> None:
    """The sample has left: from now the test waits, and is decided on the work board. Once is enough."""
    status = Broadcast.Status
    if Broadcast(pk=broadcast_id).move(status.SENDING, to=status.TESTING):
        test = SplitTest.objects.select_related("broadcast").get(broadcast=broadcast_id)
        test.decides_at = moment(test.broadcast, timezone.now() + test.waits)
        test.save(update_fields=["decides_at"])
        board.call(KIND, test.decides_at)


def moment(broadcast: Broadcast, at: datetime) -> datetime:
    """When the rest may leave that is to leave `at`: not in quiet hours, unless it may."""
    return at if broadcast.ignores_quiet_hours else quiet.until(at) or at
