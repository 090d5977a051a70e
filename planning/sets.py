"""KPI sets: a tree as the agency keeps it for its clients, without anything that names the one it is from.

A node is {"metric", "label", settings, "goal", "below"}. A goal is a rate as it was, or a number for each
friend: brought to the client that takes it over by how many friends that one has. Money has none.
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_tenants.utils import schema_context

from accounts import activity, current
from accounts.models import User
from agency_library import kpi_sets
from agency_library.models import KpiSet
from campaigns.models import Campaign
from costs.spending import Eyes
from planning import trees, wording
from planning.metrics import registry
from planning.metrics.registry import Unit
from planning.models import Actual, Kpi, Target
from planning.proposals import Node
from planning.windows import Window

KEPT = ("name", "unit", "adds", "grain", "direction", "green", "yellow")


def all_of_agency() -> QuerySet[KpiSet]:
    """Those that the present client may use: its agency's, and no other's."""
    return KpiSet.objects.of(current.tenant().agency_id)


@transaction.atomic
def save(
    campaign: Campaign | None, *, name: str, note: str, eyes: Eyes, with_goals: bool, by: User | None
) -> KpiSet:
    """The tree as it is, for all clients of the agency; a new version of a set of this name.

    Raises BadSetName.
    """
    tree = told(campaign, with_goals=with_goals)
    agency_id, purpose = eyes.tenant.agency_id, campaign.purpose if campaign else ""
    with schema_context("public"):
        made = kpi_sets.save(agency_id, name=name, note=note, purpose=purpose, tree=tree, by=by)
    activity.record("kpi_set.shared", "planning", by=by, name=made.name, version=made.version)
    return made


@transaction.atomic
def take(
    kpi_set: KpiSet, campaign: Campaign | None, window: Window, *, scaled: bool, by: User | None
) -> list[Kpi]:
    """Its indicators in this tree; what is there already stays. `scaled`: with its goals, by friends.

    Raises UnknownFigure, TooMany.
    """
    made = trees.plant(campaign, _nodes(kpi_set.tree), by=by)
    goals = {_name(node): node.get("goal") for node, _depth in kpi_sets.walk(kpi_set.tree)}
    friends = _friends()
    for kpi in made if scaled else ():
        value = _value(goals.get(kpi.metric or kpi.name), friends)
        if value is not None:
            for month in window.months:
                net = Eyes(current.tenant())
                trees.set_target(kpi, month, value, eyes=net, by=by)
    kpi_sets.note_use(kpi_set)
    activity.record("kpi_set.used", campaign or "planning", by=by, name=kpi_set.name, made=len(made))
    return made


def told(campaign: Campaign | None, *, with_goals: bool) -> list[dict]:
    """The tree as a set keeps it."""
    kpis = list(Kpi.objects.of(campaign))
    goals = _goals(kpis) if with_goals else {}
    known = {kpi.pk for kpi in kpis}

    def below(parent: int | None) -> list[dict]:
        rows = [kpi for kpi in kpis if (kpi.parent_id if kpi.parent_id in known else None) == parent]
        return [_told(kpi, goals.get(kpi.pk)) | {"below": below(kpi.pk)} for kpi in rows]

    return below(None)


def _told(kpi: Kpi, goal: dict | None) -> dict[str, Any]:
    settings = {name: getattr(kpi, name) for name in KEPT}
    return {"metric": kpi.metric, "label": wording.name(kpi), "goal": goal} | settings


def _goals(kpis: list[Kpi]) -> dict[int, dict]:
    """From the newest target of each: a rate as it is, a number by friends."""
    friends = _friends()
    newest: dict[int, Decimal] = {}
    rows = Target.objects.filter(kpi__in=kpis).order_by("kpi", "-month").distinct("kpi")
    newest = dict(rows.values_list("kpi", "value"))
    found: dict[int, dict] = {}
    for kpi in kpis:
        metric, value = registry.get(kpi.metric), newest.get(kpi.pk)
        if value is None or wording.unit_of(kpi) == Unit.MONEY or (metric and metric.power):
            continue
        if wording.unit_of(kpi) == Unit.SHARE:
            found[kpi.pk] = {"rate": f"{value:f}"}
        elif friends:
            found[kpi.pk] = {"per_friend": f"{round(value / friends, 9):f}"}
    return found


def _value(goal: dict | None, friends: Decimal | None) -> Decimal | None:
    try:
        if goal and "rate" in goal:
            return Decimal(goal["rate"])
        if goal and friends:
            return Decimal(round(Decimal(goal["per_friend"]) * friends))
    except (InvalidOperation, KeyError, TypeError):
        return None
    return None


def _friends() -> Decimal | None:
    """As they were last counted."""
    rows = Actual.objects.filter(metric="friends", owner="").order_by("-day")
    return rows.values_list("value", flat=True).first()


def _nodes(tree: Iterable[dict]) -> tuple[Node, ...]:
    """Figures that this version of Musubi does not know are left out with what stands below them."""
    found = []
    for node in tree:
        metric = registry.get(node.get("metric", ""))
        if node.get("metric") and not (metric and metric.is_shown):
            continue
        settings = {name: node[name] for name in KEPT if name in node}
        found.append(Node(node.get("metric", ""), _nodes(node.get("below", [])), settings))
    return tuple(found)


def _name(node: dict) -> str:
    return node.get("metric") or node.get("name", "")
