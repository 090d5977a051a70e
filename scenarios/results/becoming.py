"""What came of steps, in words: why somebody who did a step got nothing by it."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

WORDS = {
    "capped": _("above the frequency cap"),
    "blocked": _("LINE does not reach them"),
    "stopped": _("want no broadcasts"),
    "no_friend": _("no friends on LINE"),
    "no_customer": _("no customers with a mail address"),
    "no_consent": _("have not agreed to mails"),
    "no_sender": _("no sender of mails is set"),
    "clicked": _("clicked, so no mail follows"),
    "nothing": _("nothing to send"),
    "no_date": _("the date is not known"),
    "not_running": _("the other scenario lets nobody in"),
    "looped": _("handed on too often"),
    "not_taken": _("the field does not take the value"),
    "no_reward": _("the reward could not be given"),
    "bad_address": _("the address cannot be called"),
    "rejected": _("refused by LINE"),
    "unknown": _("not known whether it arrived"),
    "failed": _("not taken by the mail server"),
    "cancelled": _("called off"),
}


def in_words(became: Counter[str]) -> list[tuple[str, int]]:
    """What kept people from getting something by the step, most first."""
    return [(str(WORDS[what]), count) for what, count in became.most_common() if what in WORDS and count]
