"""One shape for whatever goes wrong: `{"code", "detail"}`, and `fields` or `problems` where known."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import exception_handler

from accounts.errors import AppError

# What Django and REST framework would say in their own words, of queries, primary keys and types of Python.
NOT_HERE = _("There is nothing here by that name or number.")
TOO_LARGE = _("The body is too large. Send it in parts.")
OURS = {
    "does_not_exist": _("This does not exist."),
    "incorrect_type": _("Give a number."),
    "invalid_choice": _("This is none of the values that there are. The document of the API lists them."),
    "not_a_dict": _("Give an object."),
    "not_a_list": _("Give a list."),
}
# It names the type that Python has for what came.
NO_OBJECT = Serializer.default_error_messages["invalid"]
TYPES = ("bool", "float", "int", "list", "NoneType", "str")
# Refusals that the present state of things causes: the same request may succeed later, or after a fresh look.
# All others are faults of what was asked.
CONFLICTS = frozenset(
    {
        "nothing_planned",
        "touchpoint_period_closed",
        "touchpoint_period_begun",
        "touchpoint_already_started",
        "touchpoint_class_there",
        "touchpoint_class_broken",
        "touchpoint_scenario_not_running",
        "touchpoint_already_sent",
        "touchpoint_next_begun",
        "touchpoint_not_the_last_closed",
        "touchpoint_no_movement",
        "touchpoint_nobody_moved",
        "touchpoint_plan_removed",
        "funnel_name_taken",
        "notice_not_unknown",
        "notice_reference_taken",
        "scenario_changed",
        "scenario_name_taken",
        "scenario_send_settled",
        "scenario_wrong_status",
        "referral_changed",
        "referral_has_people",
        "referral_name_taken",
        "referral_not_friend",
        "referral_not_open",
        "referral_not_to_decide",
        "referral_rewarded",
        "referral_wrong_status",
        "report_already_mailed",
        "report_changed",
        "report_not_open",
        "report_not_released",
        "report_not_reviewed",
        "report_released",
        "survey_answered",
        "survey_changed",
        "survey_ended",
        "survey_has_answers",
        "survey_name_taken",
        "survey_not_begun",
        "survey_word_taken",
        "survey_wrong_status",
        "already_decided",
        "audience_in_use",
        "changed_meanwhile",
        "cost_overlaps",
        "import_moved",
        "list_being_filled",
        "list_exists",
        "list_in_use",
        "customer_erased",
        "customer_exists",
        "needs_approval",
        "no_channel",
        "no_split_test",
        "not_linked",
        "nothing_to_decide",
        "segment_changed",
        "segment_in_use",
        "slug_taken",
        "state_used",
        "still_used",
        "tag_exists",
        "wrong_status",
    }
)
MISSING = frozenset({"not_found", "no_such_group"})
# What was there, and is over for good.
GONE = frozenset({"link_expired", "report_gone"})


def handle(error: Exception, context: dict) -> Response | None:
    """The answer to an error raised in an endpoint; None for what is a bug, which rises."""
    if isinstance(error, AppError):
        return Response(refusal(error), status=status_of(error))
    if isinstance(error, RequestDataTooBig):
        return Response({"code": "too_large", "detail": TOO_LARGE}, status=413)
    response = exception_handler(error, context)
    if response is not None:
        response.data = _body(error, response)
    return response


def refusal(error: AppError) -> dict:
    """The body for a refusal of ours; `problems` are faults with their paths, where the error knows them.

    An error may say `more`, such as what would work instead.
    """
    body = {"code": error.code, "detail": error.message}
    problems = getattr(error, "problems", None)
    if hasattr(error, "path"):
        problems = [{"path": error.path, "text": error.context["problem"]}]
    return body | ({"problems": problems} if problems else {}) | getattr(error, "more", {})


def status_of(error: AppError) -> int:
    if error.code in MISSING:
        return status.HTTP_404_NOT_FOUND
    if error.code in CONFLICTS:
        return status.HTTP_409_CONFLICT
    if error.code in GONE:
        return status.HTTP_410_GONE
    return status.HTTP_422_UNPROCESSABLE_ENTITY


def _body(error: Exception, response: Response) -> dict:
    if isinstance(error, ValidationError):
        fields = dict(_flat(error.detail))
        path, texts = next(iter(fields.items()))
        return {"code": "invalid", "detail": f"{path}: {texts[0]}" if path else texts[0], "fields": fields}
    if isinstance(error, Http404):
        return {"code": "not_found", "detail": NOT_HERE}
    code = error.get_codes() if isinstance(error, APIException) else response.data["detail"].code
    return {"code": code, "detail": response.data["detail"]}


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested details as dotted paths, such as `3.at`; what is about the whole has the path ""."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, str):
        yield path, [_words(detail)]
    elif any(isinstance(inner, dict | list) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _flat(inner, f"{path}.{index}".lstrip(".")) if inner else ()
    else:
        yield path, [_words(each) for each in detail]


def _words(detail: str) -> str:
    code = getattr(detail, "code", "")
    if code == "invalid" and detail in {NO_OBJECT.format(datatype=name) for name in TYPES}:
        code = "not_a_dict"
    return str(OURS.get(code, detail))
