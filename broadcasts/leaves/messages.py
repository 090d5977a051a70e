"""How many messages somebody got."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.leaves import pushes
from broadcasts.leaves.naming import sent, with_own_links
from broadcasts.leaves.received import received_since
from segments.kinds import MOST_DAYS, Unfit, Whole, YesNo
from segments.leaves import MESSAGES, Leaf, Moment, Query, given, register
from segments.tree import All, AtLeast, Node, Not

MOST_MESSAGES = 50


@register
@dataclass(frozen=True)
class Messages(Leaf):
    """How many messages somebody got in some days: of broadcasts, scenarios, welcomes and chats.

    Counted is what LINE counts as a message; free replies are none. `within_days` counts the client's
    calendar days before today, today included. Messages to people whom LINE chose are not known of anyone.
    `own_links` counts only broadcasts in which each friend had links of their own, so that it is known who
    clicked.
    """

    type = "messages"
    label = gettext_lazy("Number of messages received")
    hint = gettext_lazy("Of all that LINE counts; at most 0: not messaged")
    group = MESSAGES
    fresh = {"count_at_most": 0, "within_days": 3}
    count_at_least: int | None = given(
        Whole(1, MOST_MESSAGES), default=None, label=gettext_lazy("Messages (at least)")
    )
    count_at_most: int | None = given(
        Whole(0, MOST_MESSAGES), default=None, label=gettext_lazy("Messages (at most)")
    )
    within_days: int = given(
        Whole(0, MOST_DAYS),
        default=30,
        label=gettext_lazy("In the last days"),
        unit=gettext_lazy("days"),
    )
    own_links: bool | None = given(
        YesNo(),
        default=None,
        label=gettext_lazy("Only with personal links (so that it is known who clicked)"),
    )

    def check(self) -> None:
        if self.count_at_least is None and self.count_at_most is None:
            raise Unfit(_("needs count_at_least or count_at_most"))
        if self.count_at_most is not None and self.count_at_most < (self.count_at_least or 0):
            raise Unfit(_("count_at_most is less than count_at_least"))

    def stands_for(self, moment: Moment) -> Node:
        bounds: list[Node] = []
        if self.count_at_least is not None:
            bounds.append(self._at_least(self.count_at_least, moment))
        if self.count_at_most is not None:
            bounds.append(Not(self._at_least(self.count_at_most + 1, moment)))
        return All(tuple(bounds))

    def _at_least(self, times: int, moment: Moment) -> AtLeast:
        """Each broadcast is one part; of messages sent one by one the first, the second and so on."""
        if self.own_links:
            return AtLeast(times, tuple(received_since(moment, self.within_days, with_own_links())))
        one_by_one = [OneByOne(nth, self.within_days) for nth in range(1, times + 1)]
        return AtLeast(times, (*received_since(moment, self.within_days, sent()), *one_by_one))

    def words(self, known: dict) -> str:
        if self.own_links:
            return _("%(messages)s, with personal links") % {"messages": self._number()}
        return self._number()

    def _number(self) -> str:
        said = {"least": self.count_at_least, "most": self.count_at_most, "days": self.within_days}
        if self.count_at_most == 0:
            return _("not messaged in %(days)s days") % said
        if self.count_at_least is None:
            return _("%(most)s messages or fewer in %(days)s days") % said
        if self.count_at_most is None:
            return _("%(least)s messages or more in %(days)s days") % said
        return _("%(least)s to %(most)s messages in %(days)s days") % said


@dataclass(frozen=True)
class OneByOne(Leaf):
    """Friends to whom we pushed so many single messages in some days. Not for trees: `Messages` asks it."""

    type = "one_by_one"
    count_at_least: int = given(Whole(1, MOST_MESSAGES + 1))
    within_days: int = given(Whole(0, MOST_DAYS))

    def query(self, moment: Moment) -> Query:
        pushed = pushes.sent(moment.day_begins(self.within_days))
        sql = f"SELECT friend_id FROM ({pushed.sql}) AS pushed GROUP BY friend_id HAVING count(*) >= %s"  # noqa: S608
        return Query(sql, [*pushed.params, self.count_at_least])

    def topics(self) -> set[str]:
        return {pushes.TOPIC}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()
