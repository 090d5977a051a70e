"""How a broadcast reaches those who get it: the plan of its segment, less whom it leaves out."""

from dataclasses import dataclass
from datetime import datetime

from broadcasts.choosing import errors, limits, lots, selection, variants
from broadcasts.choosing.selection import Chosen
from broadcasts.errors import EmptySegment
from broadcasts.models import Broadcast
from segments.reaching import narrowing, planner
from segments.reaching.plans import Method, Plan

BY_ID = {Method.MULTICAST, Method.PUSH}


@dataclass(frozen=True)
class Planned:
    """The requests it takes, and who was chosen for them."""

    plan: Plan
    chosen: Chosen


def planned(broadcast: Broadcast, at: datetime | None = None, *, exact: bool = False) -> Planned:
    """How it reaches the friends in its segment who get it if it leaves `at`, or now.

    `exact` as in `segments.reaching.planner.plan`.

    Raises EmptySegment if nobody is in the segment, NobodyLeft if all who are get it for some reason not,
    Unreachable if LINE cannot do what the segment asks, NotForSplitTests, NoPrice, ListBeingFilled if it goes
    to a list that is not full yet, InvalidTree.
    """
    whole = planner.plan(broadcast.segment.tree, **variants.wishes(broadcast), exact=exact)
    if not whole.most:
        raise EmptySegment(segment=broadcast.segment.name)
    chosen = selection.choose(broadcast, whole.friends, at, limits_people=whole.is_exact)
    plan = narrowing.without(whole, whole.friends - chosen.friends)
    if not whole.is_exact:
        plan, chosen = _drawn(broadcast, plan, chosen, at)
    if not plan.most:
        raise errors.NobodyLeft(segment=broadcast.segment.name, reasons=errors.told(chosen.left_out))
    check_texts(broadcast, plan)
    return Planned(plan, chosen)


def check_texts(broadcast: Broadcast, plan: Plan) -> None:
    """Raise NotForSplitTests if it has an A/B test and LINE finds people of the plan itself."""
    if variants.count(broadcast) and any(send.method not in BY_ID for send in plan.sends):
        raise errors.NotForSplitTests()


def _drawn(broadcast: Broadcast, plan: Plan, chosen: Chosen, at: datetime | None) -> tuple[Plan, Chosen]:
    """Its limits where LINE finds some of the people: each send gets its share of them, by lot.

    LINE may find more than are known here; where that could break a limit it is told how many are.
    """
    people = plan.most
    most = limits.most(broadcast, plan.messages, at)
    if most >= plan.messages:
        return plan, chosen
    most = min(most, people)
    shares = [send.most * most // people for send in plan.sends]
    friends = chosen.friends
    for send, count in zip(plan.sends, shares, strict=True):
        if send.is_exact:
            friends -= send.friends - lots.draw(send.friends, count, f"{broadcast.key}/limit")
    narrowed = narrowing.drawn(plan, shares, friends)
    beyond = people - narrowed.most
    left_out = chosen.left_out | ({"limit": beyond} if beyond else {})
    return narrowed, Chosen(narrowed.friends, chosen.holdout, left_out)
