"""Which sections a report of each kind has, and in which order unless somebody says otherwise."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.blocks import Section
from reports.errors import UnknownSection
from reports.models import Kind
from reports.scope import Scope
from reports.sections import benchmark, coming, deeds, friends, money, sends, targets, ways_in
from reports.sections.told import Told

SUMMARY, COMMENT = "summary", "comment"  # what people write; nothing is gathered for them

Gather = Callable[[Scope], dict | None]
Show = Callable[[dict, Told], Section | None]
Chosen = list[list]  # [code, whether it is on], in order


@dataclass(frozen=True, slots=True)
class Part:
    """`reads` names the part of a snapshot that it tells, if it is not its own."""

    code: str
    title: str | Promise
    gather: Gather | None = None
    show: Show | None = None
    reads: str = ""


PARTS = {
    part.code: part
    for part in (
        Part(SUMMARY, _("Summary")),
        Part(targets.CODE, targets.TITLE, targets.gather, targets.show),
        Part(friends.CODE, friends.TITLE, friends.gather, friends.show),
        Part(ways_in.ROUTES, ways_in.ROUTES_TITLE, ways_in.gather_routes, ways_in.show_routes),
        Part(ways_in.FUNNEL, ways_in.FUNNEL_TITLE, ways_in.gather_funnel, ways_in.show_funnel),
        Part(sends.SENDS, sends.SENDS_TITLE, sends.gather, sends.show),
        Part(sends.ONE, sends.ONE_TITLE, sends.gather, sends.show_one),
        Part(sends.BEST, sends.BEST_TITLE, None, sends.show_best, reads=sends.SENDS),
        Part(deeds.SCENARIOS, deeds.SCENARIOS_TITLE, deeds.gather_scenarios, deeds.show_scenarios),
        Part(deeds.DEEDS, deeds.DEEDS_TITLE, deeds.gather_deeds, deeds.show_deeds),
        Part(money.COST, money.COST_TITLE, money.gather_cost, money.show_cost),
        Part(money.ORDERS, money.ORDERS_TITLE, money.gather_orders, money.show_orders),
        Part(benchmark.CODE, benchmark.TITLE, benchmark.gather, benchmark.show),
        Part(coming.CODE, coming.TITLE, coming.gather, coming.show),
        Part(COMMENT, _("Comment of the account manager")),
    )
}
OF_KIND = {
    Kind.MONTH: [
        *(SUMMARY, COMMENT, "targets", "friends", "routes", "funnel", "sends", "best", "scenarios", "deeds"),
        *("orders", "cost", "benchmark", "coming"),
    ],
    Kind.CAMPAIGN: [
        *(SUMMARY, COMMENT, "targets", "sends", "best", "scenarios", "deeds", "routes", "orders", "cost")
    ],
    Kind.SEND: [SUMMARY, COMMENT, "send", "orders", "cost"],
}


def of_kind(kind: str) -> list[Part]:
    return [PARTS[code] for code in OF_KIND[Kind(kind)]]


def chosen(kind: str, kept: Sequence[Sequence] | None) -> Chosen:
    """All sections of the kind with whether they are on: in the kept order, new ones after them."""
    known = OF_KIND[Kind(kind)]
    told = {code: bool(is_on) for code, is_on in kept or [] if code in known}
    return [[code, told.get(code, True)] for code in [*told, *(code for code in known if code not in told)]]


def checked(kind: str, given: Iterable[Sequence]) -> Chosen:
    """Likewise of what somebody sent. Raises UnknownSection."""
    rows = [list(row) for row in given]
    for row in rows:
        if row[0] not in OF_KIND[Kind(kind)]:
            raise UnknownSection(code=row[0])
    return chosen(kind, rows)


def gathered(scope: Scope) -> dict[str, dict | None]:
    """By code, what there is of each section, also of those that are off: they may be switched on."""
    return {part.code: part.gather(scope) for part in of_kind(scope.kind) if part.gather}
