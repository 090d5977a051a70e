"""Which scenarios ask for a segment, name a tag, say or give something: whoever takes it away knows."""

from collections import defaultdict
from collections.abc import Callable, Collection

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from composing import uses as said
from coupons import rewards
from friends import tag_uses
from friends.models import Tag
from scenarios.flow.steps import REWARDS
from scenarios.models import Entry, Scenario, Version
from scenarios.models.scenario import has_in_flow
from segments.uses import Use, register_use

# What is written, and what runs: the same number in both is one use. A step lists tags, all else names one.
NAMED = """
SELECT DISTINCT scenario.id, scenario.name, scenario.status, named.value::int
FROM scenarios_scenario scenario
LEFT JOIN scenarios_version version ON version.id = scenario.version_id,
  jsonb_path_query(jsonb_build_array(scenario.flow, version.flow), %s) AS found,
  jsonb_array_elements_text(
    CASE jsonb_typeof(found) WHEN 'array' THEN found ELSE jsonb_build_array(found) END) AS named
WHERE scenario.status <> 'archived' AND jsonb_typeof(found) IN ('array', 'number')
  AND named.value = ANY(%s)
ORDER BY scenario.name"""
SEGMENTS = 'strict $.** ? (@.type == "segment" && exists(@.segment)).segment'
TAGS = 'strict $.** ? (@.type == "tag").*'
Holding = Callable[[QuerySet], QuerySet]  # those of scenarios, or of versions, whose flow has something


@register_use
def by_scenarios(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for pk, name, status, segment in _naming(SEGMENTS, segments):
        found[segment].append(Use(_("Scenario"), name, "scenario", pk, Scenario.Status(status).label))
    return found


@tag_uses.register
def of_tag(tag: Tag) -> list[tag_uses.Use]:
    return [tag_uses.Use(name, "scenario", pk) for pk, name, _status, _tag in _naming(TAGS, [tag.pk])]


@said.register
def that_say(pattern: str) -> list[said.Use]:
    return _having(lambda rows: said.holding(rows, pattern, "flow"))


@rewards.register_giver
def that_give(reward: rewards.Reward) -> list[said.Use]:
    kind = str(reward["kind"])
    if kind not in REWARDS:
        return []
    path = f'$.** ? (@.type == "reward" && @.{kind} == $number)'
    return _having(lambda rows: rows.filter(has_in_flow(path, int(str(reward[kind])))))


def _having(holding: Holding) -> list[said.Use]:
    """As they are written, as they run, and as people who came in before still go through them.

    Those that had it only in an earlier version, or before they were ended, are over.
    """
    versions = holding(Version.objects.order_by()).only("scenario", "is_trial")
    going_on = _going_on(holding, {each.pk: each.scenario_id for each in versions})
    shown = going_on | {each.scenario_id for each in versions if not each.is_trial}
    rows = Scenario.objects.filter(pk__in=shown).only("name", "status")
    return [_use(each, each.pk not in going_on) for each in rows]


def _going_on(holding: Holding, versions: dict[int, int]) -> set[int]:
    """Scenarios in which somebody may still come to it; `versions` are those that have it, with theirs."""
    kept = Scenario.objects.kept()
    found = set(holding(kept).values_list("pk", flat=True))
    found |= set(kept.filter(version__in=versions).values_list("pk", flat=True))
    others = set(versions.values()) - found
    people = Entry.objects.inside().filter(scenario__in=others, version__in=versions)
    return found | set(people.order_by().values_list("scenario", flat=True).distinct())


def _use(scenario: Scenario, is_over: bool) -> said.Use:
    is_earlier = is_over and scenario.status != Scenario.Status.ARCHIVED
    state = _("Earlier version") if is_earlier else scenario.get_status_display()
    return said.Use(_("Scenario"), scenario.name, "scenario", scenario.pk, state, is_over)


def _naming(path: str, numbers: Collection[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [path, [str(number) for number in numbers]])
        return cursor.fetchall()
