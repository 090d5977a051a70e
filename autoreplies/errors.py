"""What is refused of auto-replies, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NoWords(AppError):
    code = "no_words"

    def text(self) -> str:
        return _("A keyword reply needs at least one keyword, each of up to %(longest)s characters.")


class ReservedWord(AppError):
    code = "reserved_word"

    def text(self) -> str:
        return _("“%(word)s” is answered by ID linking. Choose another keyword.")


class WordTaken(AppError):
    code = "word_taken"

    def text(self) -> str:
        return _("“%(word)s” is already answered by “%(name)s”. Change it there, or choose another keyword.")


class HoursOverlap(AppError):
    code = "hours_overlap"

    def text(self) -> str:
        return _("%(day)s: the hours from %(opens)s overlap with others of the same day.")
