"""What people do with a report, each with a page that asks where it cannot be undone."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from reports import drafting, life, mails, showing
from reports.errors import Gone
from reports.forms import EditForm, MailForm, WithdrawForm
from reports.models import Report, ReportMail, ReportSettings
from reports.views import VIEW, seen

CHANGE, RELEASE = "reports.change_report", "reports.release_report"


@permission_required([VIEW, CHANGE], raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Summary, comment, language, and which sections it has in which order."""
    found = seen(request, pk)
    if not found.is_open:
        return redirect(found)
    initial = {name: getattr(found, name) for name in ("summary", "comment", "language", "edit")}
    form = EditForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            life.change(found, by=request.user, **form.given())
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"report": found, "title": showing.title(found), "form": form}
    return render(
        request, "reports/edit.html", context | {"sentences": showing.summary_in(found, found.language)}
    )


@permission_required([VIEW, CHANGE], raise_exception=True)
@require_POST
def count(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    return _done(request, found, lambda: drafting.count_again(found, by=request.user), _("Counted again."))


@permission_required([VIEW, CHANGE], raise_exception=True)
@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    edit_ = key(request.POST.get("edit", ""))
    text = _("Reviewed. It can be released now.")
    return _done(request, found, lambda: life.review(found, by=request.user, edit=edit_), text)


@permission_required([VIEW, RELEASE], raise_exception=True)
@require_http_methods(["GET", "POST"])
def release(request: Request, pk: int) -> HttpResponse:
    """Asked once more, since what is released never changes."""
    found = seen(request, pk)
    if request.method == "POST":
        edit_ = key(request.POST.get("edit", ""))
        text = _("Released. The client’s people see it now; mail it to whom you like.")
        return _done(request, found, lambda: life.release(found, by=request.user, edit=edit_), text)
    context = {
        "report": found,
        "title": showing.title(found),
        "sentences": showing.summary_in(found, found.language),
    }
    return render(request, "reports/release.html", context)


@permission_required([VIEW, RELEASE], raise_exception=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        text = _("Withdrawn. The client’s people no longer see it.")
        return _done(request, found, lambda: life.withdraw(found, reason=reason, by=request.user), text)
    context = {"report": found, "title": showing.title(found), "form": form}
    return render(request, "reports/withdraw.html", context)


@permission_required([VIEW, "reports.add_report"], raise_exception=True)
@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    text = _("This is the draft of the corrected version. The released one stays until this is released.")
    return _done(request, found, lambda: life.correct(found, by=request.user), text)


@permission_required([VIEW, "reports.delete_report"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    if request.method == "POST":
        try:
            life.delete(found, by=request.user)
            messages.success(request, _("The draft is deleted."))
            return redirect("reports")
        except AppError as error:
            messages.error(request, error.message)
            return redirect(found)
    return render(request, "reports/delete.html", {"report": found, "title": showing.title(found)})


@permission_required([VIEW, RELEASE], raise_exception=True)
@require_http_methods(["GET", "POST"])
def mail(request: Request, pk: int) -> HttpResponse:
    """To whom it is mailed, and what became of each mail."""
    found = seen(request, pk)
    settings = ReportSettings.present()
    members = {user.email.lower() for user in people.holders("reports.view_report")}
    initial = {
        "members": [each for each in settings.recipients if each in members],
        "others": [each for each in settings.recipients if each not in members],
        "way": settings.way,
    }
    form = MailForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = mails.send(
                found, form.addresses(), way=data["way"], confirmed=data["confirmed"], by=request.user
            )
            text = _("Mails on their way: %(count)s. Who has it already gets no second one.")
            messages.success(request, text % {"count": len(made)})
            return redirect("report_mail", found.pk)
        except AppError as error:
            form.add_error(None, error.message)
    context = {
        "report": found,
        "title": showing.title(found),
        "form": form,
        "rows": found.mails.order_by("-pk"),
    }
    return render(request, "reports/mailing.html", context | {"newest": _newest(found)})


@permission_required([VIEW, RELEASE], raise_exception=True)
@require_POST
def mail_again(request: Request, pk: int, mail_pk: int) -> HttpResponse:
    found = seen(request, pk)
    row = get_object_or_404(ReportMail, pk=mail_pk, report=found)
    try:
        mails.again(row, by=request.user)
        messages.success(request, _("It is sent once more."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("report_mail", found.pk)


def _done(request: Request, found: Report, act: Callable[[], Any], text: str) -> HttpResponse:
    """Do it, say that it is done or why not, and show the report that it is about then."""
    try:
        made = act()
        messages.success(request, text)
        return redirect(made)
    except Gone as error:
        messages.error(request, error.message)
        return redirect("reports")
    except AppError as error:
        messages.error(request, error.message)
        return redirect(found)


def _newest(found: Report) -> set[int]:
    """The newest mail to each address: it may be sent again."""
    rows = found.mails.order_by("what", "address", "-round").distinct("what", "address")
    waiting = (ReportMail.State.PENDING, ReportMail.State.CLAIMED)
    return {row.pk for row in rows if row.what == ReportMail.What.RELEASED and row.state not in waiting}
