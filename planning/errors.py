"""What is refused of indicators, targets and numbers, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class UnknownFigure(AppError):
    code = "unknown_figure"

    def text(self) -> str:
        return _("There is no figure “%(code)s”. Choose one of the list, or give your own a name.")


class AlreadyThere(AppError):
    code = "kpi_already_there"

    def text(self) -> str:
        return _("“%(name)s” is in the tree already.")


class TooMany(AppError):
    code = "too_many_kpis"

    def text(self) -> str:
        return _("A tree has at most %(most)s indicators. Take one out first.")


class BadThresholds(AppError):
    code = "bad_thresholds"

    def text(self) -> str:
        return _("Green must begin no lower than yellow, and both between 1 and 200 per cent.")


class BadName(AppError):
    code = "bad_kpi_name"

    def text(self) -> str:
        return _("An indicator of your own needs a name of 1 to 60 characters.")


class BelowItself(AppError):
    code = "kpi_below_itself"

    def text(self) -> str:
        return _("An indicator cannot stand below itself.")


class OtherTree(AppError):
    code = "kpi_of_another_tree"

    def text(self) -> str:
        return _("It stands in another tree.")


class BadNumber(AppError):
    code = "bad_number"

    def text(self) -> str:
        return _("Give a number of at most 13 digits before the decimal point.")


class NoSuchDay(AppError):
    code = "no_such_day"

    def text(self) -> str:
        return _("Give a day from 2010 to 2100; of an indicator by month, the first of the month.")


class Counted(AppError):
    code = "kpi_is_counted"

    def text(self) -> str:
        return _("“%(name)s” is counted by Musubi; numbers are entered only for indicators of your own.")


class CostNotShown(AppError):
    code = "cost_not_shown"

    def text(self) -> str:
        return _("A target of cost cannot be set here: your price does not tell what LINE’s cost is.")


class NotThere(AppError):
    code = "kpi_not_there"

    def text(self) -> str:
        return _("It was taken out of the tree. Put it back first.")


class NotAMember(AppError):
    code = "not_a_member"

    def text(self) -> str:
        return _("This person has no access to the client. Invite them first, or choose another.")


class BadSet(AppError):
    code = "bad_kpi_set"

    def text(self) -> str:
        return _("A KPI set needs a name of 1 to 100 characters and at least one indicator.")


class NotCountedAgain(AppError):
    code = "not_counted_again"

    def text(self) -> str:
        return _("Give a day from %(first)s on, and until yesterday.")
