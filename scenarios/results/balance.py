"""How much of what scenarios send is promotion: their part of `broadcasts/status/balance.py`."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncMonth

from broadcasts.models import Broadcast
from broadcasts.status.balance import Sent
from scenarios.flow import reading
from scenarios.flow.steps import Send as SendStep
from scenarios.models import NoticeSend, Send, StepText

Nature = Broadcast.Nature


def sent(since: datetime, zone: ZoneInfo) -> Iterator[Sent]:
    """What LINE took since a moment; notification messages are notices."""
    of_month = TruncMonth("accepted_at", tzinfo=zone)
    taken = Send.objects.filter(state=Send.State.ACCEPTED, is_test=False, accepted_at__gte=since)
    rows = taken.annotate(month=of_month).order_by().values_list("month", "text")
    natures: dict[int, str] = {}
    found: Counter[tuple[datetime, str]] = Counter()
    for month, text, people in rows.annotate(Count("pk")):
        if text not in natures:
            natures |= _natures(text)
        found[month, natures[text]] += people
    delivered = NoticeSend.objects.filter(state=NoticeSend.State.DELIVERED, is_test=False)
    notices = delivered.filter(accepted_at__gte=since).annotate(month=of_month).order_by()
    for month, people in notices.values_list("month").annotate(Count("pk")):
        found[month, Nature.NOTICE] += people
    for (month, nature), people in found.items():
        yield Sent(month.date(), nature, people)


def _natures(text: int) -> dict[int, str]:
    """Of all texts of its version: a step's own nature, else that of its scenario."""
    version = StepText.objects.select_related("version").get(pk=text).version
    flow = reading.parse(version.flow)
    own = {step.id: step.nature for _path, step in flow.walk() if isinstance(step, SendStep)}
    texts = StepText.objects.filter(version=version).values_list("pk", "step")
    return {pk: own.get(step) or flow.manners.nature for pk, step in texts}
