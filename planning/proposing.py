"""A proposed tree as people look through it before they take it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from campaigns.models import Campaign
from costs.spending import Eyes
from planning import prefill, proposals, purses, reading, standing, trees, wording
from planning.forms import NumberForm
from planning.metrics import registry
from planning.metrics.registry import Metric
from planning.models import Kpi
from planning.proposals import Node
from planning.windows import Window


@dataclass(frozen=True, slots=True)
class Proposed:
    """One indicator of a proposed tree, with the target that the past gives, and how."""

    node: Node
    metric: Metric
    depth: int
    value: Decimal | None
    typed: str
    basis: str
    kept: dict | None
    is_there: bool
    is_of_client: bool
    is_more: bool = False  # can be chosen besides


def proposed(eyes: Eyes, campaign: Campaign | None, purpose: str, window: Window) -> list[Proposed]:
    """What is proposed for the purpose, as this reader may see it."""
    more = proposals.walk(proposals.more(purpose))
    nodes = [*proposals.walk(proposals.of(purpose)), *more]
    besides = {node.metric for node, _depth in more}
    codes = [node.metric for node, _depth in nodes]
    told = prefill.of(eyes, codes, campaign, window)
    there = set(Kpi.objects.of(campaign).values_list("metric", flat=True))
    purse = purses.of(eyes.tenant.pk, window.month)
    factor, sees = reading.factor(eyes, window.month), reading.sees_cost(eyes)
    found = []
    for node, depth in nodes:
        metric = registry.get(node.metric)
        if metric is None:
            continue
        is_told = (sees or not metric.shows_cost) and purse.can_tell(metric)
        proposal = told.get(node.metric) if is_told else None
        shown = standing.shown_target(eyes, metric, window.month, proposal.value) if proposal else None
        found.append(
            Proposed(
                node=node,
                metric=metric,
                depth=depth,
                value=shown,
                typed=wording.typed(shown, metric.unit),
                basis=wording.basis(proposal.basis, metric, factor, purse) if proposal else "",
                kept=proposal.basis if proposal else None,
                is_there=node.metric in there,
                is_of_client=bool(campaign and not metric.has_owners),
                is_more=node.metric in besides,
            )
        )
    return found


@transaction.atomic
def take(
    eyes: Eyes,
    campaign: Campaign | None,
    found: list[Proposed],
    given: Mapping[str, str],
    window: Window,
    *,
    by: User,
) -> tuple[list[Kpi], list[Kpi]]:
    """Make what is ticked (`kpi-<figure>`), with the target beside it (`target-<figure>`) for the month.

    What is left out of the middle lets what stands below it move up. A target that was not changed keeps
    how it was reckoned. Tells what was made, and of which of them the target cannot be read. Raises what
    `trees` refuses.
    """
    purpose = given.get("purpose", "")
    ticked = _ticked((*proposals.of(purpose), *proposals.more(purpose)), given)
    made = trees.plant(campaign, ticked, by=by)
    by_code = {each.metric.code: each for each in found}
    unread = []
    for kpi in made:
        proposed_ = by_code.get(kpi.metric)
        form = NumberForm({"value": given.get(f"target-{kpi.metric}", "")})
        if not form.is_valid():
            unread.append(kpi)
            continue
        if proposed_ is None or form.cleaned_data["value"] is None:
            continue
        is_same = given[f"target-{kpi.metric}"] == proposed_.typed
        for month in window.months:
            trees.set_target(
                kpi,
                month,
                form.number(proposed_.metric.unit),
                eyes=eyes,
                by=by,
                basis=proposed_.kept if is_same else None,
            )
    return made, unread


def _ticked(nodes: tuple[Node, ...], given: Mapping[str, str]) -> tuple[Node, ...]:
    found: list[Node] = []
    for each in nodes:
        below = _ticked(each.below, given)
        found += [Node(each.metric, below, each.settings)] if f"kpi-{each.metric}" in given else below
    return tuple(found)
