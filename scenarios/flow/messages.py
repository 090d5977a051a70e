"""What is wrong with what the steps of a flow send."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from composing import taps
from composing.errors import InvalidMessages
from composing.variables import VARIABLE
from scenarios.flow.base import Step
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Notice
from scenarios.notices import checking as notices
from scenarios.texts import checking as texts
from scenarios.texts import variables
from taps import starts
from taps.models import TapAction

BY_LINE = {"line", "both", "line_or_mail", "line_then_mail"}
BY_MAIL = {"mail", "both", "line_or_mail", "line_then_mail"}


def findings(flow: Flow) -> Iterator[Finding]:
    known = variables.offered(flow)
    for path, step in flow.walk():
        if step.type == "send":
            yield from _of_send(step, path, known)
        elif isinstance(step, Notice):
            yield from notices.findings(step, path)
    yield from _of_taps(flow)


def _of_send(step: Step, path: str, known: dict) -> Iterator[Finding]:
    by, messages, mail = (getattr(step, name) for name in ("by", "messages", "mail"))
    if by in BY_LINE and not messages:
        yield Finding("no_messages", _("The message is not written yet."), path)
    elif by in BY_LINE:
        yield from _of_messages(messages, path)
        yield from _of_coupons(messages, path)
    if by in BY_MAIL and mail is None:
        yield Finding("no_mail", _("The mail is not written yet."), path)
    elif by in BY_MAIL:
        for name, text in mail.items():
            yield from _of_mail(text, f"{path}.mail.{name}", known)


def _of_messages(messages: list[dict], path: str) -> Iterator[Finding]:
    try:
        texts.check(messages)
    except InvalidMessages as error:
        for problem in error.problems:
            yield Finding("message", _bubble(problem), f"{path}.{problem['path']}")


def _of_coupons(messages: list[dict], path: str) -> Iterator[Finding]:
    """Coupons that are still to be chosen; which there are, LINE knows."""
    for number, message in enumerate(messages):
        if message.get("type") == "coupon" and not message.get("couponId"):
            text = _("Bubble %(number)s: choose the coupon.") % {"number": number + 1}
            yield Finding("no_coupon", text, f"{path}.messages[{number}].couponId")


def _bubble(problem: dict) -> str:
    index = problem["path"].removeprefix("messages[").partition("]")[0]
    if not index.isdecimal():
        return problem["text"]
    return _("Bubble %(number)s: %(problem)s") % {"number": int(index) + 1, "problem": problem["text"]}


def _of_mail(text: str, path: str, known: dict) -> Iterator[Finding]:
    for name, fallback in VARIABLE.findall(text):
        if name not in known and name not in variables.KNOWN:
            problem = _("Mail: there is no variable {{%(name)s}}") % {"name": name}
            yield Finding("mail_variable", problem, path)
        elif not fallback.strip():
            problem = _("Mail: {{%(name)s|…}} needs a word for those of whom it is not known") % {
                "name": name
            }
            yield Finding("mail_fallback", problem, path)


def _of_taps(flow: Flow) -> Iterator[Finding]:
    named = [(path, taps.codes(getattr(step, "messages", None) or [])) for path, step in flow.walk()]
    codes = set().union(*(each for _path, each in named)) if named else set()
    present = set(TapAction.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    present |= starts.known(codes).keys()
    for path, each in named:
        if each - present:
            text = _("A button names a tap action that is not there.")
            yield Finding("no_tap_action", text, f"{path}.messages")
