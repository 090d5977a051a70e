"""Which indicators serve a purpose: trees to begin with, and how a tree is written down. Pure."""

from dataclasses import dataclass, field
from typing import Any

from campaigns.models import Campaign

Purpose = Campaign.Purpose


@dataclass(frozen=True, slots=True)
class Node:
    """An indicator with those below it. `settings` are fields of it; an own one has its name there."""

    metric: str
    below: tuple["Node", ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


def node(metric: str, *below: Node) -> Node:
    return Node(metric, below)


PEOPLE = node("reach", node("friends", node("new_friends"), node("block_rate")), node("link_rate"))
SENDING = node("messages", PEOPLE)
COSTS = node("cost", node("cost_per_message"), node("cost_per_click"), node("cost_per_order"))
TREES: dict[str, tuple[Node, ...]] = {
    Purpose.SALES: (
        node(
            "revenue",
            node(
                "orders",
                node("clicks", SENDING, node("open_rate"), node("click_rate")),
                node("order_rate"),
                node("redeemed", node("coupons"), node("coupon_use")),
            ),
            node("basket"),
        ),
        node("roas", COSTS),
    ),
    Purpose.AWARENESS: (
        node(
            "opens",
            node("messages", node("reach", node("friends", node("route_friends"), node("net_growth")))),
            node("open_rate"),
            node("block_rate"),
        ),
        node("cost", node("cost_per_open"), node("cost_per_friend")),
    ),
    Purpose.UNDERSTANDING: (
        node("answers", node("clicks", SENDING, node("click_rate")), node("opens", node("open_rate"))),
        node("cost", node("cost_per_click"), node("cost_per_answer")),
    ),
    Purpose.LEADS: (
        node(
            "links",
            node("link_rate"),
            node("friends", node("route_friends"), node("net_growth"), node("block_rate")),
            node("conversions", node("clicks", node("messages"), node("click_rate"))),
        ),
        node("cost", node("cost_per_friend"), node("cost_per_click")),
    ),
    Purpose.OWN: (
        node("clicks", node("messages"), node("open_rate"), node("click_rate")),
        node("friends", node("reach"), node("block_rate"), node("link_rate")),
        node("cost", node("cost_per_click")),
    ),
}


def of(purpose: str) -> tuple[Node, ...]:
    """The tree that is proposed for the purpose; where none is said, that of sales."""
    return TREES.get(purpose, TREES[Purpose.SALES])


# What can be wanted of any campaign, whatever it is for.
ALWAYS = (
    "friends",
    "reach",
    "block_rate",
    "link_rate",
    "messages",
    "opens",
    "clicks",
    "answers",
    "redeemed",
    "coupon_use",
    "orders",
    "revenue",
    "roas",
    "cost",
    "cost_per_friend",
    "cost_per_message",
    "cost_per_open",
    "cost_per_click",
    "cost_per_answer",
    "cost_per_use",
    "cost_per_order",
)


def more(purpose: str) -> tuple[Node, ...]:
    """What can be chosen besides: nothing of `ALWAYS` is missing for any purpose."""
    there = {each.metric for each, _depth in walk(of(purpose))}
    return tuple(node(metric) for metric in ALWAYS if metric not in there)


def walk(nodes: tuple[Node, ...], depth: int = 0) -> list[tuple[Node, int]]:
    """All of them from the top, with how deep each is."""
    found = []
    for each in nodes:
        found.append((each, depth))
        found += walk(each.below, depth + 1)
    return found
