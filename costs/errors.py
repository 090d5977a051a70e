from typing import Self

from django.utils.translation import gettext as _

from accounts.errors import AppError


class BadFee(AppError):
    """What cannot be the fee of a tool."""

    code = "bad_fee"

    @classmethod
    def of_amount(cls) -> Self:
        return cls(_("A fee is 0 or more, below a thousand million, with two decimals at most."))

    @classmethod
    def of_month(cls) -> Self:
        return cls(_("Give a month from 2010 to 2100."))
