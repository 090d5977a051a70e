"""What is refused of touchpoint plans, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class BadDays(AppError):
    code = "touchpoint_bad_days"

    def text(self) -> str:
        return _("The last day is before the first.")


class FarDays(AppError):
    code = "touchpoint_far_days"

    def text(self) -> str:
        return _("These days are too far away. Choose days from %(first)s on and before %(year)s.")


class BadBasis(AppError):
    code = "touchpoint_bad_basis"

    def text(self) -> str:
        return _(
            "Say by which sends friends are judged: the last 1 to %(sends)s, those of the last 1 to %(days)s "
            "days, chosen ones, or, of a plan with a campaign, the campaign’s."
        )


class PeriodClosed(AppError):
    code = "touchpoint_period_closed"

    def text(self) -> str:
        return _("This period is closed. Go to the present one.")


class PeriodBegun(AppError):
    code = "touchpoint_period_begun"

    def text(self) -> str:
        return _(
            "Messages of this period have been begun, so its classes stay as they are: what moved could not "
            "be told otherwise. Change them in the next period."
        )


class AlreadyStarted(AppError):
    code = "touchpoint_already_started"

    def text(self) -> str:
        return _("“%(name)s” is started already. Change the draft itself, or detach it first.")


class ClassThere(AppError):
    code = "touchpoint_class_there"

    def text(self) -> str:
        return _("“%(name)s” is among the classes already.")


class TooManyClasses(AppError):
    code = "touchpoint_too_many_classes"

    def text(self) -> str:
        return _("A period has at most %(most)s classes. Take one out first.")


class RestStays(AppError):
    code = "touchpoint_rest_stays"

    def text(self) -> str:
        return _("“Everybody else” stays, as the last one: it has who is in no other class.")


class OwnNeeds(AppError):
    code = "touchpoint_own_class_incomplete"

    def text(self) -> str:
        return _("A class of your own needs a name and at least one condition.")


class OnlyOwnConditions(AppError):
    code = "touchpoint_only_own_conditions"

    def text(self) -> str:
        return _("Only classes of your own have conditions that can be changed.")


class JudgedByLine(AppError):
    code = "touchpoint_judged_by_line"

    def text(self) -> str:
        return _(
            "A condition that only LINE can judge says of nobody whether they are in the class. Take it out "
            "here; a broadcast can still ask for it."
        )


class BrokenClass(AppError):
    code = "touchpoint_class_broken"

    def text(self) -> str:
        return _("The conditions of “%(name)s” cannot be asked: %(problem)s. Mend them first.")


class NothingPlanned(AppError):
    code = "touchpoint_nothing_planned"

    def text(self) -> str:
        return _("Nothing is planned for “%(name)s”. Choose a message or a scenario first.")


class NoMessages(AppError):
    code = "touchpoint_takes_no_messages"

    def text(self) -> str:
        return _("Nothing can be sent to “%(name)s”: they have stopped broadcasts or blocked the account.")


class ScenarioNotRunning(AppError):
    code = "touchpoint_scenario_not_running"

    def text(self) -> str:
        return _("The scenario “%(name)s” takes nobody at present. Publish it, or choose another.")


class MayNotAdmit(AppError):
    code = "touchpoint_may_not_admit"

    def text(self) -> str:
        return _("Letting people into a scenario needs the right to do so. Ask who may send.")


class AlreadySent(AppError):
    code = "touchpoint_already_sent"

    def text(self) -> str:
        return _("“%(name)s” has been sent or is on its way. It stays in the plan.")


class NextBegun(AppError):
    code = "touchpoint_next_begun"

    def text(self) -> str:
        return _("The next period has begun already, so that this one stays closed.")


class NotTheLastClosed(AppError):
    code = "touchpoint_not_the_last_closed"

    def text(self) -> str:
        return _("Only the period closed last can be opened again.")


class NothingToMoveFrom(AppError):
    code = "touchpoint_no_movement"

    def text(self) -> str:
        return _(
            "There is nothing to compare with yet: who was in which class is kept when the first message of "
            "a period is begun, and when a period is closed."
        )


class NobodyThere(AppError):
    code = "touchpoint_nobody_moved"

    def text(self) -> str:
        return _("Nobody moved like that.")


class PlanRemoved(AppError):
    code = "touchpoint_plan_removed"

    def text(self) -> str:
        return _("The plan is removed. Put it back first.")


class BadPlan(AppError):
    code = "touchpoint_bad_plan"

    def text(self) -> str:
        return _("A plan needs a name of 1 to %(most)s characters.")


class NotInLater(AppError):
    code = "touchpoint_bad_day"

    def text(self) -> str:
        return _("Give a day and time, or a number of days after the period begins, not both.")
