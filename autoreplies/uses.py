"""Which auto-replies show a file, so that it is not deleted under them."""

from django.utils.translation import gettext_lazy as _

from autoreplies.models import AutoReply
from library.uses import Use, holding, register_use


@register_use
def that_show(code: str) -> list[Use]:
    rows = holding(AutoReply.objects.all(), code)
    return [Use(_("Auto-reply"), str(each), "auto_reply", each.pk) for each in rows]
