"""Which segments are given out as ad audiences, so that nobody takes them away from under them."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from adplatforms.models import AdAudience, LineAdAudience
from segments.uses import Use, register_use


@register_use
def by_audiences(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for pk, name, segment in AdAudience.objects.filter(segment__in=segments).values_list(
        "pk", "name", "segment"
    ):
        found[segment].append(Use(_("Ad audience"), name, "ad_audience", pk))
    return found


@register_use
def by_line_audiences(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    rows = LineAdAudience.objects.filter(segment__in=segments).values_list("pk", "name", "segment")
    for pk, name, segment in rows:
        found[segment].append(Use(_("Audience kept at LINE"), name, "line_ad_audience", pk))
    return found
