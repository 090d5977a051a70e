"""Which scenarios ask for a segment, name a tag or say something, so that whoever takes it away knows."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.db.models import Exists, OuterRef, Q
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
    """As they are written, as they run, and as people who came in before still go through them."""
    steps = said.holding(Version.objects.all(), pattern, "flow")
    inside = Exists(Entry.objects.filter(version=OuterRef("pk"), state__in=Entry.INSIDE))
    rows = Scenario.objects.kept().filter(
        Q(pk__in=said.holding(Scenario.objects.all(), pattern, "flow").values("pk"))
        | Q(version__in=steps.values("pk"))
        | Q(pk__in=steps.filter(inside).values("scenario"))
    )
    return [
        said.Use(_("Scenario"), each.name, "scenario", each.pk, each.get_status_display()) for each in rows
    ]


def _naming(path: str, numbers: Collection[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [path, [str(number) for number in numbers]])
        return cursor.fetchall()
