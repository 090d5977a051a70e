"""What handing to ad platforms refuses, and what to do about it."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class DestinationNameTaken(AppError):
    code = "ad_destination_name_taken"

    def text(self) -> str:
        return _("There is a destination named “%(name)s” already. Choose another name.")


class ManyDestinations(AppError):
    code = "ad_destination_too_many"

    def text(self) -> str:
        return _("There can be %(most)s destinations. Remove one that is no longer needed.")


class NoDestinationName(AppError):
    code = "ad_destination_without_name"

    def text(self) -> str:
        return _("Give the destination a name.")


class NoPoints(AppError):
    code = "ad_destination_without_points"

    def text(self) -> str:
        return _("Choose at least one conversion point.")


class UnknownClickIds(AppError):
    code = "ad_click_ids_unknown"

    def text(self) -> str:
        return _("This kind of destination takes none of these click IDs: %(names)s.")


class NoClickIds(AppError):
    code = "ad_click_ids_missing"

    def text(self) -> str:
        return _("Choose at least one click ID, or hand over conversions without one too.")


class NothingToKnowThemBy(AppError):
    code = "ad_nothing_to_match"

    def text(self) -> str:
        return _("Without click IDs and without hashed contacts a platform could not tell who it was.")


class TokenOfAnother(AppError):
    code = "ad_token_of_another_address"

    def text(self) -> str:
        return _("The token that is kept is for the former address: enter the one for the new address.")


class TooManyLines(AppError):
    code = "ad_file_too_many_lines"

    def text(self) -> str:
        return _("There are more than %(most)s lines in these days. Choose fewer days.")


class NoToken(AppError):
    code = "ad_token_missing"

    def text(self) -> str:
        return _("Enter the access token that the platform gave you.")


class NoPage(AppError):
    code = "ad_page_missing"

    def text(self) -> str:
        return _("Enter the address of the shop: this platform asks for the page of a conversion.")


class NoSourceId(AppError):
    code = "ad_source_id_missing"

    def text(self) -> str:
        return _("Enter the ID that the platform gave you.")


class TooLate(AppError):
    code = "ad_delay_too_long"

    def text(self) -> str:
        return _("This platform takes conversions of the last %(days)s days: wait for fewer hours.")


class TooEarly(AppError):
    code = "ad_since_out_of_range"

    def text(self) -> str:
        return _(
            "Conversions can be handed over from %(days)s days ago at the earliest, from now at the latest."
        )


class BadNumber(AppError):
    code = "ad_number_out_of_range"

    def text(self) -> str:
        return _("The click may lie 1 to 90 days back, and the wait may be 0 to 720 hours.")


class NoFileKind(AppError):
    code = "ad_destination_has_address"

    def text(self) -> str:
        return _("This destination is told by requests; it has no files.")


class NoRequests(AppError):
    code = "ad_destination_is_file"

    def text(self) -> str:
        return _("This destination gets files; there is no address to try.")


class NothingNew(AppError):
    code = "ad_file_nothing_new"

    def text(self) -> str:
        return _("There is nothing new since the last file.")


class NotAgain(AppError):
    code = "ad_delivery_not_again"

    def text(self) -> str:
        return _("Only what has failed can be sent again, and only while nothing newer waits or was told.")


class NotOurSecret(AppError):
    code = "ad_secret_is_the_platforms"

    def text(self) -> str:
        return _("The token is the platform’s: enter a new one in the settings.")


class AudienceNameTaken(AppError):
    code = "ad_audience_name_taken"

    def text(self) -> str:
        return _("There is an audience named “%(name)s” already. Choose another name.")


class NoAudienceName(AppError):
    code = "ad_audience_without_name"

    def text(self) -> str:
        return _("Give the audience a name.")


class OneColumn(AppError):
    code = "ad_audience_one_column"

    def text(self) -> str:
        return _("LINE Ads takes files of one column: choose e-mail or phone.")


class UnderWay(AppError):
    code = "ad_file_under_way"

    def text(self) -> str:
        return _("A file of this audience is being made. Wait until it is ready.")


class JudgedByLine(AppError):
    code = "ad_segment_judged_by_line"

    def text(self) -> str:
        return _(
            "Who is in this segment only LINE can say, so it cannot be exported. Choose another segment."
        )


class NobodyToExport(AppError):
    code = "ad_audience_empty"

    def text(self) -> str:
        return _("Nobody in this segment has a contact and has agreed to ads, so there is nothing to export.")


class NobodyToRemove(AppError):
    code = "ad_audience_nobody_to_remove"

    def text(self) -> str:
        return _("Nobody who was exported has to be removed.")


class FileNotThere(AppError):
    code = "ad_file_not_there"

    def text(self) -> str:
        return _("This file is not ready, or was deleted. Make a new one.")


class LineNameUnreadable(AppError):
    code = "line_ad_audience_name"

    def text(self) -> str:
        return _("LINE takes names in one line, without control characters. Write the name again.")


class NobodyForLine(AppError):
    code = "line_ad_audience_empty"

    def text(self) -> str:
        return _("Nobody in this segment may be told to LINE for ads, so there is nothing to push.")


class TooManyForLine(AppError):
    code = "line_ad_audience_too_many"

    def text(self) -> str:
        return _("LINE takes %(most)s people in an audience; these are %(count)s. Narrow the segment.")


class LineHasThem(AppError):
    code = "line_ad_audience_up_to_date"

    def text(self) -> str:
        return _("LINE has exactly these people already: there is nothing to do.")


class VersionUnderWay(AppError):
    code = "line_ad_audience_under_way"

    def text(self) -> str:
        return _("LINE is preparing this audience. Wait until it is ready; the page says when.")


class LineAudienceGone(AppError):
    code = "line_ad_audience_gone"

    def text(self) -> str:
        return _("Somebody has removed this audience meanwhile.")


class ComparisonBroken(AppError):
    code = "line_ad_audience_broken"

    def text(self) -> str:
        return _("It could not be compared: an error of ours, which is in the log. It is tried again.")


class NotAFormerOne(AppError):
    code = "line_ad_audience_not_former"

    def text(self) -> str:
        return _("Only the one before can be deleted alone. Remove the audience to delete all of it.")
