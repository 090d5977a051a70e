"""Which classes ask for a segment or a tag, or will say something, so that whoever takes it away knows."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext_lazy as _

from composing import uses as said
from friends import tag_uses
from friends.models import Tag
from segments.uses import Use, register_use
from touchpoints.models import Kind, TouchClass

# Classes of open periods: what a closed one had is kept.
NAMED = """
SELECT DISTINCT asked::int, class.name, plan.id, plan.name
FROM touchpoints_touchclass class
JOIN touchpoints_period period ON period.id = class.period_id AND period.closed_at IS NULL
JOIN touchpoints_plan plan ON plan.id = period.plan_id,
  jsonb_path_query(class.tree, %s::jsonpath) AS asked
WHERE class.tree IS NOT NULL AND jsonb_typeof(asked) = 'number' AND asked::text = ANY(%s)
ORDER BY plan.id"""
SEGMENTS = 'strict $.** ? (@.type == "segment" && exists(@.segment)).segment'
TAGS = 'strict $.** ? (@.type == "tag" && exists(@.tag)).tag'


@register_use
def by_classes(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for segment, name, plan, plan_name in _naming(SEGMENTS, segments):
        found[segment].append(Use(_("Touchpoint plan"), f"{plan_name} › {name}", "touchpoint_plan", plan))
    return found


@tag_uses.register
def of_tag(tag: Tag) -> list[tag_uses.Use]:
    rows = _naming(TAGS, [tag.pk])
    return [
        tag_uses.Use(f"{plan_name} › {name}", "touchpoint_plan", plan) for _tag, name, plan, plan_name in rows
    ]


@said.register
def that_say(pattern: str) -> list[said.Use]:
    """Classes whose message is planned, as long as no draft was made of it."""
    kept = {"period__closed_at": None, "period__plan__removed_at": None}
    rows = TouchClass.objects.filter(action=TouchClass.Action.MESSAGE, broadcast=None, **kept)
    rows = rows.exclude(kind=Kind.STOPPED).order_by("pk").select_related("period__plan")
    rows = rows.only("name", "kind", "period__plan__name")
    own = said.holding(rows.filter(template=None), pattern, "text")
    return [_planned(each) for each in (*own, *said.holding(rows, pattern, "template__messages"))]


def _planned(found: TouchClass) -> said.Use:
    plan = found.period.plan
    return said.Use(_("Touchpoint plan"), f"{plan.name} › {found.label}", "touchpoint_plan", plan.pk)


def _naming(path: str, numbers: Collection[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [path, [str(number) for number in numbers]])
        return cursor.fetchall()
