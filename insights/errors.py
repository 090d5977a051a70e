"""Refusals about evaluations that people can act on."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NoSuchSide(AppError):
    code = "no_such_side"

    def text(self) -> str:
        return _("Choose two different things that are known of friends.")


class FewSteps(AppError):
    code = "few_steps"

    def text(self) -> str:
        return _("A funnel has %(least)s to %(most)s steps.")


class UnfitStep(AppError):
    code = "unfit_step"

    def text(self) -> str:
        return _("Step %(step)s is not understood: %(problem)s")


class NoWindow(AppError):
    code = "no_window"

    def text(self) -> str:
        return _("The time from the first step to the last is 1 to %(most)s days.")


class NoPeriod(AppError):
    code = "no_period"

    def text(self) -> str:
        return _("The last day must not be before the first, nor more than %(most)s days in all.")


class FunnelNameTaken(AppError):
    code = "funnel_name_taken"

    def text(self) -> str:
        return _("There is a funnel called “%(name)s” already. Choose another name.")


class ManyFunnels(AppError):
    code = "many_funnels"

    def text(self) -> str:
        return _("%(most)s funnels are as many as a client can keep. Delete one that nobody looks at.")
