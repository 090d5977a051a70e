"""Which auto-replies say something, so that what they show or lead to is not taken away under them."""

from django.utils.translation import gettext_lazy as _

from autoreplies.models import AutoReply
from composing.uses import Use, holding, register


@register
def that_say(pattern: str) -> list[Use]:
    rows = holding(AutoReply.objects.all(), pattern)
    return [
        Use(_("Auto-reply"), str(each), "auto_reply", each.pk, "" if each.is_on else _("Off"), not each.is_on)
        for each in rows
    ]
