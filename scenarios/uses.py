"""Which scenarios ask for a segment, name a tag or say something, so that whoever takes it away knows."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from composing import uses as said
from friends import tag_uses
from friends.models import Tag
from scenarios.models import Entry, Scenario, Version
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
    """As they are written, as they run, and as people who came in before still go through them.

    Those that said it only in an earlier version, or before they were ended, are over.
    """
    written = said.holding(Scenario.objects.kept(), pattern, "flow").values_list("pk", flat=True)
    people = Exists(Entry.objects.filter(version=OuterRef("pk"), state__in=Entry.INSIDE))
    versions = Version.objects.alias(has_people=people).filter(Q(is_trial=False) | Q(has_people=True))
    is_present = Q(pk=F("scenario__version")) & ~Q(scenario__status=Scenario.Status.ARCHIVED)
    runs = Case(When(Q(has_people=True) | is_present, then=True), default=False)
    said_by = said.holding(versions, pattern, "flow").values_list("scenario", runs)
    going_on = set(written) | {scenario for scenario, is_running in said_by if is_running}
    rows = Scenario.objects.filter(pk__in=going_on.union(scenario for scenario, _runs in said_by))
    return [_use(each, each.pk not in going_on) for each in rows.only("name", "status")]


def _use(scenario: Scenario, is_over: bool) -> said.Use:
    is_earlier = is_over and scenario.status != Scenario.Status.ARCHIVED
    state = _("Earlier version") if is_earlier else scenario.get_status_display()
    return said.Use(_("Scenario"), scenario.name, "scenario", scenario.pk, state, is_over)


def _naming(path: str, numbers: Collection[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [path, [str(number) for number in numbers]])
        return cursor.fetchall()
