"""Refusals that a user can act on. Everything else is a bug, and rises."""

from django.utils.translation import gettext as _


class AppError(Exception):
    """A refusal with a stable `code` and a `message` written for the user."""

    code = "error"

    def __init__(self, message: str | None = None, **context: object) -> None:
        self.context = context
        self._message = message
        super().__init__(message or self.code)

    @property
    def has_own_words(self) -> bool:
        """Whether it was given its message, which then is no text of ours to be translated again."""
        return bool(self._message)

    @property
    def message(self) -> str:
        """The text for the user, in the language that is active when it is read."""
        return self._message or self.text() % self.context

    def text(self) -> str:
        return _("This cannot be done.")


class SlugTaken(AppError):
    code = "slug_taken"

    def text(self) -> str:
        return _("The address name “%(slug)s” is taken. Choose another.")


class InvalidSlug(AppError):
    code = "invalid_slug"

    def text(self) -> str:
        return _("“%(slug)s” cannot be an address name: use up to 40 of a–z, 0–9 and -.")


class NotFound(AppError):
    code = "not_found"

    def text(self) -> str:
        return _("%(what)s “%(name)s” does not exist.")


class UnknownScope(AppError):
    code = "unknown_scope"

    def text(self) -> str:
        return _("There is no right called %(scopes)s.")
