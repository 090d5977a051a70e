"""What choosing people and texts refuses, and why."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AppError

REASONS = {
    "stopped": gettext_lazy("want no broadcasts"),
    "cap": gettext_lazy("have had as many messages as your rules allow"),
    "holdout": gettext_lazy("held out to compare with"),
    "limit": gettext_lazy("beyond the limit of people or cost"),
}


def told(left_out: Mapping[str, int]) -> str:
    """As `in_words`, in one line."""
    return "; ".join(f"{words}: {count:,}" for words, count in in_words(left_out))


def in_words(left_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why people are left out, and how many, in the order in which it is looked at."""
    return [(str(words), left_out[reason]) for reason, words in REASONS.items() if left_out.get(reason)]


class NobodyLeft(AppError):
    code = "nobody_left"

    def text(self) -> str:
        return _("Of the friends in “%(segment)s” nobody is left to get it (%(reasons)s).")


class NoPrice(AppError):
    code = "no_price"

    def text(self) -> str:
        return _(
            "No LINE plan is registered for this client, so there is no price, and no limit of cost can be "
            "kept. Register the plan, or limit the number of people."
        )


class NotForSplitTests(AppError):
    code = "not_for_split_tests"

    def text(self) -> str:
        return _(
            "For this segment LINE finds the people itself, and does not say whom: there can be no A/B test. "
            "Send to everyone by your list of friends, leave out conditions that only LINE knows, or end the "
            "A/B test."
        )


class TooFewForSplitTest(AppError):
    code = "too_few_for_split_test"

    def text(self) -> str:
        return _(
            "There are %(people)s people for %(texts)s texts. Choose a larger segment, or end the A/B test."
        )


class TooFewTexts(AppError):
    code = "too_few_texts"

    def text(self) -> str:
        return _("An A/B test needs two texts. Write text B first, or end the A/B test.")


class TooManyTexts(AppError):
    code = "too_many_texts"

    def text(self) -> str:
        return _("An A/B test has %(most)s texts at most.")


class NoSplitTest(AppError):
    code = "no_split_test"

    def text(self) -> str:
        return _("This broadcast has no A/B test. Begin one first.")


class FirstTextStays(AppError):
    code = "first_text_stays"

    def text(self) -> str:
        return _("Text A is what the broadcast says: change it there, or end the A/B test.")


class NothingToDecide(AppError):
    code = "nothing_to_decide"

    def text(self) -> str:
        return _("This A/B test is not waiting for a decision.")
