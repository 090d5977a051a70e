"""What is said of a time while it is being chosen: in words, with its next dates, and whether it is quiet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from broadcasts.models import SendingRules
from broadcasts.timing import dates, quiet, words
from broadcasts.timing.forms import TimeFields

UPCOMING = 5
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Note:
    """`good` is the next moment that is not quiet, where the one chosen is."""

    rules: SendingRules
    words: str = ""
    moments: list[datetime] = field(default_factory=list)
    good: datetime | None = None
    ignores: bool = False
    is_past: bool = False


def of(form: TimeFields) -> Note | None:
    """None while what is needed is not filled in."""
    if not form.is_valid():
        return None
    rules, ignores = SendingRules.present(), form.cleaned_data["ignores_quiet_hours"]
    if rule := form.rule():
        moments = dates.of_rule(rule, timezone.now(), UPCOMING)
        good = quiet.until(moments[0]) if moments else None
        shown = [timezone.localtime(moment) for moment in moments]
        return Note(rules, words.of(rule), shown, _local(good), ignores)
    moment = form.moment() or timezone.now()
    is_past = moment < timezone.now() - MINUTE
    return Note(rules, good=_local(quiet.until(moment)), ignores=ignores, is_past=is_past)


def take(form: TimeFields, moment: datetime) -> dict[str, object]:
    """What stands in the fields once the moment that was offered is taken."""
    form.is_valid()
    asked, local = dict(form.cleaned_data), timezone.localtime(moment)
    if form.rule():
        return asked | {"at": local.time()}
    return asked | {"time": "at", "send_at": local}


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
