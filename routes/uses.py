"""Which routes greet with something, so that what they show or lead to is not taken away under them."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from composing.uses import Use, holding, register
from routes.models import Route


@register
def that_say(pattern: str) -> list[Use]:
    """Also those that nobody comes by any more."""
    now = timezone.now()
    return [_use(each, each.has_ended(now)) for each in holding(Route.objects.all(), pattern)]


def _use(route: Route, has_ended: bool) -> Use:
    state = _("Archived") if route.archived_at else _("Ended") if has_ended else ""
    return Use(_("Acquisition route"), route.name, "route", route.pk, state, has_ended)
