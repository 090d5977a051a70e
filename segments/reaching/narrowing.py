"""A plan for fewer people than its tree has: some are left out, or there are to be only so many."""

from collections.abc import Sequence
from dataclasses import replace

from pyroaring import BitMap

from segments.reaching import planner
from segments.reaching.plans import Method, Plan, Send


def without(plan: Plan, out: BitMap) -> Plan:
    """The plan for its friends but these.

    LINE's broadcast leaves nobody out: its friends get multicasts. A narrowcast for which LINE alone would
    find the people is limited to uploaded friends. Raises Unreachable if LINE cannot do it so.
    """
    if not out:
        return plan
    sends = [narrowed for send in plan.sends if (narrowed := _without(send, out)).friends]
    planner.check_narrowcasts(sends)
    return replace(plan, sends=tuple(sends), is_everyone=False)


def drawn(plan: Plan, shares: Sequence[int], friends: BitMap) -> Plan:
    """The plan for so many people of each send: by id those of `friends`, of a narrowcast whom LINE draws."""
    sends = [
        replace(send, friends=send.friends & friends) if send.is_exact else replace(send, at_most=share)
        for send, share in zip(plan.sends, shares, strict=True)
    ]
    return replace(plan, sends=tuple(send for send in sends if send.most), is_everyone=False)


def _without(send: Send, out: BitMap) -> Send:
    friends = send.friends - out
    if send.method == Method.BROADCAST:
        return Send(Method.MULTICAST, friends)
    if send.is_exact or send.uploads_friends:
        return replace(send, friends=friends)
    own = {"type": "audience", "needed": len(send.needs)}
    recipient = {"type": "operator", "and": [own, send.recipient]} if send.recipient else own
    return replace(send, friends=friends, needs=(*send.needs, planner.UPLOAD), recipient=recipient)
