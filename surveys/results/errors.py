from django.utils.translation import gettext as _

from accounts.errors import AppError


class NobodyToDraw(AppError):
    code = "nobody_to_draw"

    def text(self) -> str:
        return _("Nobody has finished the survey who could win: there is nothing to draw.")


class DrawnAlready(AppError):
    code = "drawn_already"

    def text(self) -> str:
        return _("The winners were drawn already. They stay as they are.")


class NothingToCross(AppError):
    code = "nothing_to_cross"

    def text(self) -> str:
        return _("Choose two different things: there is no such table of these two.")


class TooManyRows(AppError):
    code = "too_many_rows"

    def text(self) -> str:
        return _("Excel takes %(most)s rows from us, and these are %(count)s. Take the CSV file instead.")


class NoSuchQuestion(AppError):
    code = "no_such_question"

    def text(self) -> str:
        return _("The survey has no question of that id with answers in words of one’s own.")
