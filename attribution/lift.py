"""What messages really did: people held out by lot beside those who got them.

Orders after a click count also for who would have bought anyhow. Those who were held out bought without the
message; by so much as the others bought more, the message sold. Each group is counted in the same way and
over the same time, whatever anybody clicked; orders of both are as they are now.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from broadcasts.choosing import comparing
from broadcasts.choosing.comparing import Group, Range, Sample, Shares
from broadcasts.models import Broadcast
from broadcasts.results import outcome
from scenarios.flow import reading
from scenarios.models import Scenario
from scenarios.results import orders
from shops.models import Order

# Who passed the split that holds people out, or was held out by it, once the days are over for them. A
# friend who came in several times is looked at from the first.
COMPARED = """
WITH compared AS (
    SELECT DISTINCT ON (entry.friend_id)
           entry.friend_id, entry.reason = 'held_out' AS is_held_out, entry.since
    FROM scenarios_entry AS entry
    WHERE entry.scenario_id = %(scenario)s AND NOT entry.is_test AND entry.friend_id IS NOT NULL
      AND entry.since <= now() - %(within)s
      AND (entry.reason = 'held_out' OR EXISTS (
          SELECT FROM scenarios_passage AS passage
          WHERE passage.entry_id = entry.id AND passage.step = ANY(%(splits)s)))
    ORDER BY entry.friend_id, entry.since, entry.id),
each AS (
    SELECT compared.is_held_out, count(bought.id) AS orders,
           coalesce(sum(bought.total - bought.refunded), 0) AS amount
    FROM compared
    LEFT JOIN linking_link AS link ON link.friend_id = compared.friend_id AND link.unlinked_at IS NULL
    LEFT JOIN shops_order AS bought ON bought.customer_id = link.customer_id
        AND bought.placed_at >= compared.since AND bought.placed_at < compared.since + %(within)s
        AND NOT bought.is_test AND bought.status <> ALL(%(uncounted)s)
    GROUP BY compared.friend_id, compared.is_held_out)
SELECT is_held_out, count(*), count(*) FILTER (WHERE orders > 0), sum(orders), sum(orders * orders),
       sum(amount), sum(amount * amount)
FROM each GROUP BY is_held_out"""


NOBODY = Group(0, 0, Sample(0), Sample(0))


@dataclass(frozen=True)
class Lift:
    """Those who got the messages, and those held out; all differences are the first less the second."""

    reached: Group
    held_out: Group
    days: int

    @cached_property
    def _shares(self) -> Shares:
        first, second = self.reached, self.held_out
        return Shares(first.buyers, first.people, second.buyers, second.people)

    @property
    def buyers(self) -> Range | None:
        """Buyers more for each person: 0.02 is two in a hundred."""
        return self._shares.more

    @property
    def chance(self) -> float | None:
        """How likely as many buyers more or less come by chance alone: the p value."""
        return self._shares.chance

    @cached_property
    def orders(self) -> Range | None:
        """Orders that there would not have been, of all who got the messages."""
        found = comparing.means(self.reached.orders, self.held_out.orders)
        return found and found.times(self.reached.people)

    @cached_property
    def revenue(self) -> Range | None:
        """Revenue that there would not have been, likewise."""
        found = comparing.means(self.reached.revenue, self.held_out.revenue)
        return found and found.times(self.reached.people)

    @property
    def missing(self) -> int | None:
        """How many people more would make the difference in buyers clear: 0 none, None nobody can say."""
        return self._shares.missing

    @property
    def sentence(self) -> str:
        """What can be said, in plain words."""
        return self._shares.said(
            more=_(
                "Of 100 people who got it, %(more)s ordered who would not have ordered without it "
                "(with a certainty of 95 %%, between %(least)s and %(most)s)."
            ),
            fewer=_(
                "Of 100 people who got it, %(more)s fewer ordered than without it "
                "(with a certainty of 95 %%, between %(least)s and %(most)s)."
            ),
            unclear=_(
                "It cannot be told yet whether the messages sold anything: the difference may be chance."
            ),
        )


def of(owner: str) -> Lift | None:
    """Of a broadcast or a scenario, as the ledger names it; None where nobody was held out."""
    kind, _colon, number = owner.partition(":")
    if not number.isdecimal() or len(number) > 9:
        return None
    if kind == "broadcast":
        return _of_broadcast(Broadcast.objects.filter(pk=number).first())
    if kind == "scenario":
        return _of_scenario(Scenario.objects.select_related("version").filter(pk=number).first())
    return None


def _of_broadcast(broadcast: Broadcast | None) -> Lift | None:
    found = outcome.held_out(broadcast) if broadcast else None
    return Lift(found.reached, found.held_out, outcome.WITHIN.days) if found else None


def _of_scenario(scenario: Scenario | None) -> Lift | None:
    if scenario is None:
        return None
    flow = reading.parse((scenario.version or scenario).flow)
    splits = [step.id for _path, step in flow.walk() if getattr(step, "holdout_percent", 0)]
    if not splits:
        return None
    days = flow.goal.within_days if flow.goal else orders.DAYS
    asked: dict[str, Any] = {
        "scenario": scenario.pk,
        "within": timedelta(days=days),
        "splits": splits,
        "uncounted": list(Order.UNCOUNTED),
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPARED, asked)
        groups = {row[0]: _counted(*row[1:]) for row in cursor}
    return Lift(groups.get(False, NOBODY), groups.get(True, NOBODY), days)


def _counted(people: int, buyers: int, *sums: Decimal) -> Group:
    count, squares, amount, amount_squares = map(float, sums)
    return Group(people, buyers, Sample(people, count, squares), Sample(people, amount, amount_squares))
