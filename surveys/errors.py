"""Refusals of this app."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class InvalidQuestions(AppError):
    """Questions that cannot be read."""

    code = "invalid_questions"

    def text(self) -> str:
        return _("The questions cannot be read: %(problem)s")


class SurveyNameTaken(AppError):
    code = "survey_name_taken"

    def text(self) -> str:
        return _("There is already a survey “%(name)s”. Choose another name.")


class SurveyWordTaken(AppError):
    code = "survey_word_taken"

    def text(self) -> str:
        return _("“%(word)s” is already the word of “%(name)s”. Choose another word.")


class SurveyWordReserved(AppError):
    code = "survey_word_reserved"

    def text(self) -> str:
        return _("“%(word)s” has a meaning of its own in the chat. Choose another word.")


class SurveyEndsTooEarly(AppError):
    code = "survey_ends_too_early"

    def text(self) -> str:
        return _("It ends before it begins. Change the days.")


class SurveyChanged(AppError):
    code = "survey_changed"

    def text(self) -> str:
        return _("Somebody else has changed the survey “%(name)s” in the meantime. Load it again.")


class SurveyNotReady(AppError):
    """`findings` are what must be mended first (`surveys.questions.checking`)."""

    code = "survey_not_ready"

    def text(self) -> str:
        return _("The survey cannot be published yet: %(findings)s")


class SurveyWrongStatus(AppError):
    code = "survey_wrong_status"

    def text(self) -> str:
        return _("That cannot be done with a survey that is “%(status)s”.")


class SurveyHasAnswers(AppError):
    code = "survey_has_answers"

    def text(self) -> str:
        return _("“%(name)s” has been answered and stays. Close it instead.")


class NoSuchQuestion(AppError):
    code = "no_such_question"

    def text(self) -> str:
        return _("This question is not in the survey any more. Look at it as it is now.")


class Refused(AppError):
    """Why somebody cannot take part, in words for them."""


class NotBegun(Refused):
    code = "survey_not_begun"

    def text(self) -> str:
        return _("This survey begins on %(day)s.")


class Ended(Refused):
    code = "survey_ended"

    def text(self) -> str:
        return _("This survey has ended. Thank you for your interest.")


class AlreadyAnswered(Refused):
    code = "survey_answered"

    def text(self) -> str:
        return _("You have already answered this survey. Thank you!")


class NotAsked(Refused):
    """An answer to a question that is not on their way (any more)."""

    code = "survey_not_asked"

    def text(self) -> str:
        return _("This question is not asked any more.")


class Unanswerable(Refused):
    """An answer that the question does not take; the message says what it takes."""

    code = "survey_bad_answer"
