from django.utils.translation import gettext as _

from accounts.errors import AppError


class TagExists(AppError):
    code = "tag_exists"

    def text(self) -> str:
        return _("There is already a tag “%(name)s”.")


class BadTagName(AppError):
    code = "bad_tag_name"

    def text(self) -> str:
        return _("A tag needs a name of 1 to %(longest)s characters without “|” or “;”.")


class MissingColumn(AppError):
    code = "missing_column"

    def text(self) -> str:
        return _("The first line of the file must name a column “%(column)s”. It names: %(found)s.")


class TooManyTags(AppError):
    code = "too_many_tags"

    def text(self) -> str:
        return _("The file names %(count)s tags that do not exist; at most %(most)s can be made at once.")


class BadColor(AppError):
    code = "bad_color"

    def text(self) -> str:
        return _("A colour is written like #3b6ef6.")


class BadOwnName(AppError):
    code = "bad_own_name"

    def text(self) -> str:
        return _("The name is longer than %(longest)s characters.")


class SameTag(AppError):
    code = "same_tag"

    def text(self) -> str:
        return _("A tag cannot be merged with itself.")


class TagInUse(AppError):
    code = "tag_in_use"

    def text(self) -> str:
        return _("“%(name)s” is used by: %(uses)s. Change these first, so that nobody is lost from them.")


class BadValue(AppError):
    code = "bad_value"


class NoSuchField(AppError):
    code = "no_such_field"

    def text(self) -> str:
        return _("There is no field “%(key)s” in use.")


class FieldExists(AppError):
    code = "field_exists"

    def text(self) -> str:
        return _("There is already a field named “%(name)s” or with the key “%(key)s”.")


class BadKey(AppError):
    code = "bad_key"

    def text(self) -> str:
        return _("A key is up to 40 of a–z, 0–9 and _, begins with a letter and is none of our own columns.")


class BadChoices(AppError):
    code = "bad_choices"

    def text(self) -> str:
        return _(
            "Give 1 to %(most)s different choices of at most %(longest)s characters, without “|” and “;”."
        )


class ChoiceInUse(AppError):
    code = "choice_in_use"

    def text(self) -> str:
        return _("Some friends have “%(choice)s”. Change their values first.")


class TooManyFields(AppError):
    code = "too_many_fields"

    def text(self) -> str:
        return _("There can be at most %(most)s fields.")


class ListingOpen(AppError):
    code = "listing_open"

    def text(self) -> str:
        return _("An import from LINE is under way already.")


class NoChannel(AppError):
    code = "no_channel"

    def text(self) -> str:
        return _("Connect the client’s LINE channel first.")


class NotVerified(AppError):
    code = "not_verified"

    def text(self) -> str:
        return _(
            "LINE lists the friends of verified and premium accounts only. For an unverified account, "
            "import a CSV file from the tool used so far; all others become known as they write, tap or "
            "add the account."
        )


class TooSoon(AppError):
    code = "too_soon"

    def text(self) -> str:
        return _("LINE was asked a moment ago. Its figures change once a day.")
