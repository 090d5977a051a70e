"""Whether the welcome after linking says something, so that what it shows or leads to is not taken away."""

from django.utils.translation import gettext_lazy as _

from composing.uses import Use, holding, register
from linking.models import LinkSettings


@register
def that_say(pattern: str) -> list[Use]:
    if not holding(LinkSettings.objects.all(), pattern, "welcome").exists():
        return []
    return [Use(_("Settings"), _("After linking"), "link_after")]
