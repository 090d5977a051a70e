from django.utils.translation import gettext as _

from accounts.errors import AppError


class UnreadableFile(AppError):
    code = "unreadable_file"

    def text(self) -> str:
        return _("The file is empty. Its first line names the columns.")


class NotText(AppError):
    code = "not_text"

    def text(self) -> str:
        return _("This is not a CSV file. In Excel, save the sheet as “CSV UTF-8” and upload that file.")


class LineTooLong(AppError):
    code = "line_too_long"

    def text(self) -> str:
        return _("The file has a line of more than %(most)s bytes. Does each row end with a line break?")


class FileTooLarge(AppError):
    code = "file_too_large"

    def text(self) -> str:
        return _("The file is larger than %(most)s MB. Divide it into several.")


class FileGone(AppError):
    code = "file_gone"

    def text(self) -> str:
        return _("The file has been deleted by now. Upload it again.")


class MissingColumn(AppError):
    code = "missing_column"

    def text(self) -> str:
        return _("No column of the file is read as “%(column)s”. Its first line names: %(found)s.")


class UnknownColumn(AppError):
    code = "unknown_column"

    def text(self) -> str:
        return _("There is no column “%(column)s” here.")


class ColumnTwice(AppError):
    code = "column_twice"

    def text(self) -> str:
        return _("Two columns are read as the same thing. Leave one of them out.")


class ImportMoved(AppError):
    code = "import_moved"

    def text(self) -> str:
        return _("This import is at another step by now. Look at it again.")


class ImportFailed(AppError):
    code = "import_failed"


class UnknownKind(AppError):
    code = "unknown_kind"

    def text(self) -> str:
        return _("“%(kind)s” cannot be imported. What can be: %(known)s.")
