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


class UnreadableFile(AppError):
    code = "unreadable_file"

    def text(self) -> str:
        return _("The file is empty. Its first line names the columns: line_user_id, display_name, tags.")


class MissingColumn(AppError):
    code = "missing_column"

    def text(self) -> str:
        return _("The first line of the file must name a column “%(column)s”. It names: %(found)s.")


class TooManyTags(AppError):
    code = "too_many_tags"

    def text(self) -> str:
        return _("The file names %(count)s tags that do not exist; at most %(most)s can be made at once.")
