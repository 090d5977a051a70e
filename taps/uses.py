"""Which tap actions answer with something, so that what they lead to is not taken away under them."""

from django.utils.translation import gettext_lazy as _

from composing.uses import Use, holding, register
from taps.models import TapAction


@register
def that_say(pattern: str) -> list[Use]:
    """Also those that are archived: they go on working in messages that were sent."""
    rows = holding(TapAction.objects.all(), pattern, "answer")
    return [
        Use(_("Tap action"), each.name, "tap_action", each.pk, _("Archived") if each.archived_at else "")
        for each in rows
    ]
