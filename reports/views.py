"""Pages of reports: the list, one of them, its files, how reports are to be."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.models import User
from accounts.paging import key, page
from accounts.spreadsheets import EXCEL_TYPE
from agency_library import branding
from broadcasts.models import Broadcast
from campaigns.models import Campaign
from reports import configuring, drafting, files, pages, prints, showing
from reports.forms import NewForm, SettingsForm
from reports.models import Kind, Language, Report, ReportSettings

VIEW, ADD = "reports.view_report", "reports.add_report"
OPEN, RELEASED = "open", "released"
TABS = {OPEN: Report.OPEN, RELEASED: (Report.State.RELEASED,)}


@permission_required(VIEW, raise_exception=True)
@require_GET
def reports(request: Request) -> HttpResponse:
    """The newest first; for the client's people those that are released."""
    tab = request.GET.get("tab", "")
    rows = Report.objects.visible_to(request.user).defer("figures", "sections")
    if tab in TABS:
        rows = rows.filter(state__in=TABS[tab])
    found = page(rows, key(request.GET.get("before", "")), size=30)
    context = {
        "page": found,
        "rows": [(each, showing.title(each), pages.BADGES[Report.State(each.state)]) for each in found.rows],
        "tab": tab if tab in TABS else "",
        "settings": ReportSettings.present(),
    }
    return render(request, "reports/list.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def report(request: Request, pk: int) -> HttpResponse:
    """All of it, in the language that is asked for, else the report's."""
    found = seen(request, pk)
    language = language_of(request, found)
    is_reviewed = found.state == Report.State.REVIEWED
    context = {
        "report": found,
        "title": showing.title(found),
        "badge": pages.BADGES[Report.State(found.state)],
        "sections": pages.sections(found, language),
        "shown": language,
        "languages": Language,
        "mails": found.mails.order_by("-pk")[:20] if request.user.has_perm("reports.view_draft") else [],
        "people": _names(found),
        "is_drawing": is_reviewed and prints.is_drawing(),  # first: what is drawn meanwhile is counted
        "drawn": prints.drawn(found) if is_reviewed else None,
        "has_logo": bool(branding.of(request.tenant.agency_id).logo),
    }
    return render(request, "reports/report.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def pdf(request: Request, pk: int) -> HttpResponse:
    """As it was released; of a draft as it is now, marked as one."""
    found = seen(request, pk)
    language = language_of(request, found)
    content = files.pdf_of(found, language)
    activity.record("report.exported", found, by=request.user, file="pdf", language=language)
    return _file(content, "application/pdf", showing.file_name(found, language, "pdf"))


@permission_required(VIEW, raise_exception=True)
@require_GET
def excel(request: Request, pk: int) -> HttpResponse:
    found = seen(request, pk)
    language = language_of(request, found)
    content = files.excel_of(found, language)
    activity.record("report.exported", found, by=request.user, file="xlsx", language=language)
    return _file(content, EXCEL_TYPE, showing.file_name(found, language, "xlsx"))


@permission_required(VIEW, raise_exception=True)
@require_GET
def logo(request: Request) -> HttpResponse:
    """The agency's, for the head of the page."""
    found = branding.of(request.tenant.agency_id)
    if not found.logo:
        raise Http404
    return HttpResponse(bytes(found.logo), content_type="image/png")


@permission_required(ADD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A draft of a month or a campaign; the one that is there already, if it is open."""
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    proposed = {"what": request.GET.get("what") or Kind.MONTH, "month": last_month}
    form = NewForm(request.POST or None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            about = (
                drafting.month(data["month"])
                if data["what"] == Kind.MONTH
                else drafting.campaign(data["campaign"])
            )
            return redirect(drafting.draft(about, by=request.user))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "reports/new.html", {"form": form})


@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def beside(request: Request, kind: str, pk: int) -> HttpResponse:
    """Reports of a send or a campaign, as a part of its page; posted to, a draft in the reader's language."""
    about = _about(kind, pk)
    if request.method == "POST":
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        try:
            scope = drafting.campaign(about) if isinstance(about, Campaign) else drafting.send(about)
            language = "en" if get_language() == "en" else "ja"
            return redirect(drafting.draft(scope, by=request.user, language=language))
        except AppError as error:
            messages.error(request, error.message)
            return redirect(about)
    rows = Report.objects.visible_to(request.user).filter(**{_field(kind): about}).defer("figures")
    badges = [(each, pages.BADGES[Report.State(each.state)]) for each in rows.order_by("-version")[:10]]
    has_open = any(each.is_open or each.is_released for each, _badge in badges)
    context = {"rows": badges, "kind": kind, "pk": pk, "may_draft": not has_open}
    return render(request, "reports/beside.html", context)


@permission_required("reports.view_reportsettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    """How reports of this client are to be."""
    may_change = request.user.has_perm("reports.change_reportsettings")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    kept = ReportSettings.present()
    form = SettingsForm(kept, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            configuring.change(by=request.user, **form.given())
            messages.success(request, _("Saved. It holds for reports that are drafted from now on."))
            return redirect("report_settings")
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "kept": kept, "may_change": may_change}
    return render(request, "reports/settings.html", context)


def seen(request: Request, pk: int) -> Report:
    """One that this reader may see. Raises Http404."""
    rows = Report.objects.visible_to(request.user).select_related("campaign", "broadcast")
    return get_object_or_404(rows, pk=pk)


def language_of(request: Request, found: Report) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in Language else found.language


def _about(kind: str, pk: int) -> Campaign | Broadcast:
    if kind == Kind.CAMPAIGN:
        return get_object_or_404(Campaign, pk=pk)
    if kind == Kind.SEND:
        return get_object_or_404(Broadcast.objects.defer("audience", "holdout", "body"), pk=pk)
    raise Http404


def _field(kind: str) -> str:
    return "campaign" if kind == Kind.CAMPAIGN else "broadcast"


def _names(found: Report) -> dict[str, str]:
    """Who drafted, reviewed and released it."""
    acts = {name: getattr(found, f"{name}_by_id") for name in ("drafted", "reviewed", "released")}
    users = {user.pk: str(user) for user in User.objects.filter(pk__in=[pk for pk in acts.values() if pk])}
    return {name: users[pk] for name, pk in acts.items() if pk in users}


def _file(content: bytes, type_: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=type_)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
