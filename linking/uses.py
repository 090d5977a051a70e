"""Whether the welcome after linking shows a file, so that it is not deleted under it."""

from django.utils.translation import gettext_lazy as _

from library.uses import Use, holding, register_use
from linking.models import LinkSettings


@register_use
def that_show(code: str) -> list[Use]:
    if not holding(LinkSettings.objects.all(), code, "welcome").exists():
        return []
    return [Use(_("Settings"), _("After linking"), "link_after")]
