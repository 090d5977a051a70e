"""Refusals about acquisition that people can act on."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NoMargin(AppError):
    code = "no_margin"

    def text(self) -> str:
        return _("A margin is more than 0 and at most 100 per cent.")


class NoSuchGroup(AppError):
    code = "no_such_group"

    def text(self) -> str:
        return _("There is no such group in this period. Choose another one, or a longer period.")
