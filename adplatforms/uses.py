"""Which segments are given out as audiences for ads, so that nobody takes them away from under them."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from adplatforms.models import AdAudience, LineAdAudience
from segments.uses import Use, register_use

KINDS = {"ad_audience": _("Ad audience"), "line_ad_audience": _("Audience kept at LINE")}  # by page


@register_use
def by_audiences(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    files = AdAudience.objects.filter(segment__in=segments).order_by()
    at_line = LineAdAudience.objects.filter(segment__in=segments).order_by()
    rows = files.values_list("pk", "name", "segment", Value("ad_audience")).union(
        at_line.values_list("pk", "name", "segment", Value("line_ad_audience")), all=True
    )
    for pk, name, segment, page in rows:
        found[segment].append(Use(KINDS[page], name, page, pk))
    return found
