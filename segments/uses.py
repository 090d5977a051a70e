"""Which segments ask for a tag, so that nobody takes it away from under them."""

from friends import tag_uses
from friends.models import Tag
from friends.tag_uses import Use
from segments.models import Segment

ASKS_FOR = """
jsonb_path_exists(tree, '$.** ? (@.type == "tag" && @.tag == $tag)', jsonb_build_object('tag', %s::int))"""


@tag_uses.register
def of_tag(tag: Tag) -> list[Use]:
    found = Segment.objects.extra(where=[ASKS_FOR], params=[tag.pk])  # noqa: S610  (our own text)
    return [Use(segment.name, "segment", segment.pk) for segment in found]
