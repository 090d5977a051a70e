"""Which funnels ask for a segment, so that it is not deleted under them."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from insights.models import Funnel
from segments.uses import Use, register_use


@register_use
def of_segments(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for funnel in Funnel.objects.filter(segment__in=segments):
        found[funnel.segment_id].append(Use(_("Funnel"), funnel.name, "funnel", funnel.pk))  # type: ignore[index]
    return found
