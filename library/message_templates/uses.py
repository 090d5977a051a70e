"""Which templates show a file, so that it is not deleted under them."""

from django.utils.translation import gettext_lazy as _

from library.models import MessageTemplate
from library.uses import Use, holding, register_use


@register_use
def that_show(code: str) -> list[Use]:
    rows = holding(MessageTemplate.objects.all(), code)
    return [Use(_("Message template"), each.name, "message_template", each.pk) for each in rows]
