"""Which routes greet with a file, so that it is not deleted under them."""

from django.utils.translation import gettext_lazy as _

from library.uses import Use, holding, register_use
from routes.models import Route


@register_use
def that_show(code: str) -> list[Use]:
    rows = holding(Route.objects.all(), code)
    return [Use(_("Acquisition route"), each.name, "route", each.pk) for each in rows]
