"""Which routes greet with something, so that what they show or lead to is not taken away under them."""

from django.utils.translation import gettext_lazy as _

from composing.uses import Use, holding, register
from routes.models import Route


@register
def that_say(pattern: str) -> list[Use]:
    rows = holding(Route.objects.all(), pattern)
    return [Use(_("Acquisition route"), each.name, "route", each.pk) for each in rows]
