"""From a tree to the requests that reach exactly its friends, each once.

Our own conditions are judged here, for all friends at once; what is left for LINE to judge is a formula per
group of friends. Friends for whom nothing is left are reached by id, others by narrowcast: they are uploaded
as an audience, and LINE's guesses become its filter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

from django.utils.translation import gettext_noop
from pyroaring import BitMap

from accounts.reasons import reason
from friends.models import AudienceDay
from segments import tree
from segments.answers import cache
from segments.errors import Unreachable
from segments.leaves import Leaf, Moment
from segments.lists import filling
from segments.models import Audience
from segments.reaching import formulas, nearest
from segments.reaching.formulas import EVERYONE, NOBODY, Formula, On
from segments.reaching.plans import FEWEST_RECIPIENTS, LEAST_REACH, Method, Needed, Plan, Send, size
from segments.reaching.platform import MOST_FILTERS, MOST_LISTS, Demographic, Json, Recipient
from segments.tree import All, AnyOf, AtLeast, Branch, Node, Not, StandIns
from segments.types.friends import Reachable

MOST_NARROWCASTS = 20  # LINE takes 60 an hour
MOST_CELLS = 200
MOST_SPELLED = 100
UPLOAD = Needed(Audience.Kind.UPLOAD)
Cells = dict[Formula, BitMap]
TOO_MIXED = gettext_noop(
    "So many conditions mix what is known here and what only LINE knows that too many sends would be needed."
)
TOO_MANY = gettext_noop("LINE cannot count over so many conditions.")
SAME_FOR_ALL = gettext_noop(
    "Conditions that only LINE can judge are sent by narrowcast, and a narrowcast has "
    "the same text for all: it cannot be personalised."
)
MANY_NARROWCASTS = gettext_noop(
    "It would take %(count)s narrowcasts or more; no more than %(most)s are made for one message."
)
MANY_FILTERS = gettext_noop("LINE takes %(most)s estimated attributes at most; this needs %(count)s.")
MANY_LISTS = gettext_noop("LINE takes %(most)s audiences at most; this needs %(count)s.")
SMALL_ACCOUNT = gettext_noop(
    "LINE sends by estimated attributes only for accounts that reach %(least)s friends "
    "or more; this one reaches %(reach)s."
)
FEW_PEOPLE = gettext_noop(
    "LINE sends this only to %(least)s people or more; at most %(most)s fit the other conditions."
)


def plan(raw: Json, *, personal: bool = False, prefers: str = "", exact: bool = False) -> Plan:
    """How the friends in a tree are reached now.

    `personal`: the text differs by friend, so it is pushed to each. `prefers="broadcast"`: a message to
    everyone goes by LINE's broadcast, in one request, also to friends whom we do not know; else by id.
    With `exact` all conditions are of one snapshot of the data, as for sending; in the caller's transaction.
    Raises InvalidTree, ListBeingFilled if it asks for a list that is not full yet, and Unreachable with the
    nearest tree that works.
    """
    node = tree.parse(raw)
    tree.check(node)
    filling.check(raw, hold=exact)
    known = known_of(node, exact=exact)
    try:
        return made(node, known, personal=personal, prefers=prefers)
    except Unreachable as refused:
        found = nearest.find(
            node, known, lambda other: made(other, known, personal=personal, prefers=prefers)
        )
        raise Unreachable(refused.reason, nearest=found) from refused


@dataclass(frozen=True)
class Known:
    """All that is ours to know of a tree, read at one moment."""

    moment: Moment
    everyone: BitMap
    bitmaps: dict[str, BitMap]
    stand_ins: StandIns
    versions: dict[str, int]

    def members(self, node: Node) -> tree.Bounds:
        return tree.members(node, self.everyone, self._of, self.stand_ins, self.moment.zone)[""]

    def below(self, leaf: Leaf) -> Node | None:
        return self.stand_ins.get(leaf.key(self.moment.zone))

    def is_of_line(self, leaf: Leaf) -> bool:
        """Whether LINE has a say in it, by itself or in what it stands for."""
        below = self.below(leaf)
        return leaf.is_platform if below is None else any(map(self.is_of_line, tree.leaves_of(below)))

    def _of(self, leaf: Leaf) -> BitMap:
        return self.bitmaps[leaf.key(self.moment.zone)]

    @cached_property
    def reach(self) -> int:
        """Whom the account reaches, by our count or LINE's last one, whichever is more."""
        latest = AudienceDay.objects.exclude(reach=None).first()
        return max(len(self.everyone), latest.reach if latest and latest.reach else 0)


def known_of(node: Node, *, exact: bool = False) -> Known:
    moment = Moment.present()
    stand_ins = tree.stand_ins(node, moment)
    reachable = Reachable()
    loaded = cache.load([reachable, *tree.asked(node, stand_ins, moment)], moment, exact=exact)
    bitmaps = {key: BitMap(found) for key, found in loaded.bitmaps.items()}
    return Known(moment, bitmaps[reachable.key(moment.zone)], bitmaps, stand_ins, loaded.versions)


def made(node: Node, known: Known, *, personal: bool, prefers: str) -> Plan:
    """The plan, from what is known already. Raises Unreachable without looking for what is near."""
    asks_us = any(True for _leaf in tree.asked(node, known.stand_ins, known.moment))
    cells = _cells(node, known, turned=False)
    by_id = cells.pop(EVERYONE, BitMap())
    cells.pop(NOBODY, None)
    is_everyone = not asks_us and not cells and by_id == known.everyone
    at_once = is_everyone and prefers == Method.BROADCAST
    sends = [_by_id(by_id, known, personal=personal, at_once=at_once)]
    for formula, friends in cells.items():
        sends += _narrowcasts(formula, friends, known, uploads=asks_us)
        _check_number(sends)
    sends = [send for send in sends if send.friends]
    _check(sends, personal=personal)
    return Plan(
        tree=node.as_json(),
        sends=tuple(sends),
        personal=personal,
        at=known.moment.now,
        versions=known.versions,
        guesses=any(send.filter for send in sends),
        is_everyone=is_everyone,
    )


def _cells(node: Node, known: Known, *, turned: bool) -> Cells:
    """The reachable friends by what is left for LINE to judge of them; with `turned`, of its opposite."""
    if isinstance(node, Leaf) and node.is_platform and known.below(node) is None:
        return {formulas.both([_atom(node.line(), turned=turned)]): known.everyone}
    if not any(map(known.is_of_line, tree.leaves_of(node))):
        members = known.members(node).most
        inside, outside = (NOBODY, EVERYONE) if turned else (EVERYONE, NOBODY)
        return _filled({inside: members, outside: known.everyone - members})
    if isinstance(node, Leaf):
        below = known.below(node)
        assert below is not None  # noqa: S101  (else it would be LINE's or ours)
        return _cells(below, known, turned=turned)
    if isinstance(node, Not):
        return _cells(node.part, known, turned=not turned)
    if isinstance(node, AtLeast):
        return _cells(_spelled(node), known, turned=turned)
    join = formulas.both if isinstance(node, All) != turned else formulas.either
    return _joined(join, (_cells(part, known, turned=turned) for _step, part in node.children()), known)


def _joined(join: Callable[[Iterable[Formula]], Formula], parts: Iterable[Cells], known: Known) -> Cells:
    found: Cells = {join([]): known.everyone}
    for part in parts:
        finer: Cells = {}
        for formula, friends in found.items():
            for other, others in part.items():
                if some := friends & others:
                    joined = join([formula, other])
                    finer[joined] = finer.get(joined, BitMap()) | some
        found = finer
        if len(found) > MOST_CELLS:
            raise _too_mixed()
    return found


def _too_mixed() -> Unreachable:
    return Unreachable(reason(TOO_MIXED))


def _filled(cells: Cells) -> Cells:
    return {formula: friends for formula, friends in cells.items() if friends}


def _atom(judged: Demographic | Recipient, *, turned: bool) -> Formula:
    if isinstance(judged, Demographic):
        return judged.opposite if turned else judged
    return On(judged, is_off=turned)


def _spelled(node: AtLeast) -> Branch:
    """“At least two of three” by “any” and “all”."""
    if comb(len(node.parts), node.times) > MOST_SPELLED:
        raise Unreachable(reason(TOO_MANY))
    return AnyOf(tuple(All(some) for some in combinations(node.parts, node.times)))


def _by_id(friends: BitMap, known: Known, *, personal: bool, at_once: bool) -> Send:
    if personal:
        return Send(Method.PUSH, friends)
    if at_once:
        return Send(Method.BROADCAST, friends, reach=known.reach)
    return Send(Method.MULTICAST, friends)


def _narrowcasts(formula: Formula, friends: BitMap, known: Known, *, uploads: bool) -> list[Send]:
    try:
        parts = formulas.split(formula)
    except formulas.TooMixed as error:
        raise _too_mixed() from error
    return [_narrowcast(guesses, lists, friends, known, uploads=uploads) for guesses, lists in parts.items()]


def _narrowcast(guesses: Formula, lists: Formula, friends: BitMap, known: Known, *, uploads: bool) -> Send:
    named: dict[Recipient, Json] = {}
    needs = [UPLOAD] if uploads else []
    for people in formulas.lists_in(lists):
        if people.audience_id:
            named[people] = {"type": "audience", "audienceGroupId": people.audience_id}
        else:
            named[people] = {"type": "audience", "needed": len(needs)}
            needs.append(Needed(people.kind, people.request_id, people.url))
    recipient = formulas.recipient_json(lists, named)
    if uploads:
        own = {"type": "audience", "needed": 0}
        recipient = {"type": "operator", "and": [own, recipient]} if recipient else own
    return Send(
        method=Method.NARROWCAST,
        friends=friends,
        needs=tuple(needs),
        recipient=recipient,
        filter=formulas.demographic_json(guesses),
        is_restricted=guesses != EVERYONE or any(people.is_restricted for people in named),
        reach=known.reach,
    )


def _check(sends: list[Send], *, personal: bool) -> None:
    """Raise Unreachable for what LINE is known to refuse."""
    if personal and any(send.method == Method.NARROWCAST for send in sends):
        raise Unreachable(reason(SAME_FOR_ALL))
    check_narrowcasts(sends)


def check_narrowcasts(sends: Iterable[Send]) -> None:
    """Raise Unreachable for a narrowcast that LINE is known to refuse."""
    for send in sends:
        if send.method == Method.NARROWCAST:
            _check_narrowcast(send)


def _check_number(sends: list[Send]) -> None:
    count = sum(send.method == Method.NARROWCAST for send in sends)
    if count > MOST_NARROWCASTS:
        raise Unreachable(reason(MANY_NARROWCASTS, count=count, most=MOST_NARROWCASTS))


def _check_narrowcast(send: Send) -> None:
    if size(send.filter) > MOST_FILTERS:
        raise Unreachable(reason(MANY_FILTERS, most=MOST_FILTERS, count=size(send.filter)))
    if size(send.recipient) > MOST_LISTS:
        raise Unreachable(reason(MANY_LISTS, most=MOST_LISTS, count=size(send.recipient)))
    if send.filter and send.reach < LEAST_REACH:
        raise Unreachable(reason(SMALL_ACCOUNT, least=LEAST_REACH, reach=send.reach))
    most = send.most if send.uploads_friends else send.reach  # else LINE looks among all its friends
    if send.is_restricted and most < FEWEST_RECIPIENTS:
        raise Unreachable(reason(FEW_PEOPLE, least=FEWEST_RECIPIENTS, most=most))
