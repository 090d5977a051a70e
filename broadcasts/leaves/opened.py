"""Who opened a message, as only LINE knows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.leaves.naming import (
    CHOSEN_FROM,
    LAST,
    WHICH,
    OfBroadcast,
    any_of,
    newest,
    requests,
)
from broadcasts.models import Broadcast
from segments.kinds import Text, YesNo
from segments.leaves import LINE, Leaf, Moment, given, register
from segments.reaching import platform
from segments.reaching.platform import Recipient
from segments.tree import Node

LINE_KNOWS = timedelta(days=60)


def sent_by_line() -> QuerySet[Broadcast]:
    """Those whose readers LINE knows, newest first."""
    known = requests().filter(broadcast=OuterRef("pk"), accepted_at__gt=timezone.now() - LINE_KNOWS)
    return Broadcast.objects.filter(Exists(known)).order_by("-started_at", "-pk")


def offered_by_line() -> list[tuple[object, Any]]:
    named = sent_by_line().values_list("pk", "name")[:CHOSEN_FROM]
    return [(LAST, gettext_lazy("The last message sent by LINE")), *named]


@register
@dataclass(frozen=True)
class Opened(OfBroadcast):
    """Friends who opened a message, or also clicked in it: LINE knows who, of what it sent to people itself.

    That is of narrowcasts and of LINE's broadcast, for 60 days. They are reached by narrowcast.
    Source: https://developers.line.biz/en/reference/messaging-api/#create-imp-audience-group
    """

    type = "opened"
    label = gettext_lazy("Opened a message")
    hint = gettext_lazy("Known to LINE, for messages sent by narrowcast or LINE’s broadcast")
    group = LINE
    is_platform = True
    fresh = {"broadcast": LAST}
    broadcast: int | str = given(WHICH, label=gettext_lazy("Message"), options=lambda: offered_by_line())
    and_clicked: bool | None = given(
        YesNo(), default=None, label=gettext_lazy("Only those who also clicked a link in it")
    )

    def stands_for(self, moment: Moment) -> Node:
        number = newest(sent_by_line()) if self.broadcast == LAST else self.broadcast
        sends = requests().filter(broadcast_id=int(number or 0)).order_by("position")
        asked = sends.values_list("request_id", flat=True)
        return any_of([ReadersOf(request_id, bool(self.and_clicked)) for request_id in asked])

    def missing(self, known: dict) -> str:
        return super().missing(known) or next(
            (problem for number in self.named if (problem := self._unknown(known, known[number]))), ""
        )

    def _unknown(self, known: dict, broadcast: Any) -> str:
        said = {"message": self.message(known)}
        accepted_at = broadcast.accepted_by_line_at
        if accepted_at is None:
            return (
                _(
                    "nobody knows who opened %(message)s, since it did not go by narrowcast or LINE’s "
                    "broadcast: choose one that did, or ask who clicked"
                )
                % said
            )
        if accepted_at < timezone.now() - LINE_KNOWS:
            return _("LINE no longer knows who opened %(message)s: it does for 60 days") % said
        return ""

    def words(self, known: dict) -> str:
        message = _("the last message sent by LINE") if self.broadcast == LAST else self.message(known)
        if self.and_clicked:
            return _("opened %(message)s and clicked in it, as LINE knows") % {"message": message}
        return _("opened %(message)s, as LINE knows") % {"message": message}


@dataclass(frozen=True)
class ReadersOf(Leaf):
    """Who opened, or clicked in, what LINE sent by one request. Not for trees: `Opened` stands for it."""

    type = "readers_of"
    is_platform = True
    request_id: str = given(Text())
    have_clicked: bool = given(YesNo())

    def line(self) -> Recipient:
        return platform.clicked(self.request_id) if self.have_clicked else platform.opened(self.request_id)

    def topics(self) -> set[str]:
        return set()
