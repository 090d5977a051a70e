"""Pages on which broadcasts are written."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from broadcasts import belonging, pages, services
from broadcasts.checking import own_pages as looking_ahead
from broadcasts.choosing import variants
from broadcasts.choosing.forms import ChoosingFields
from broadcasts.forms import BroadcastForm, LinkDefaultsForm
from broadcasts.models import Broadcast
from broadcasts.timing import clock, dates, wishes, words
from broadcasts.timing.forms import TimeFields
from broadcasts.timing.recurrence import Rule
from broadcasts.tracking import links
from broadcasts.views import found as shared
from composing import draft as drafts
from composing import editor
from composing.draft import Draft, Incomplete
from contracts import sight
from library.models import MessageTemplate
from segments.models import Segment
from segments.views import plans

TEN = time(10)


@permission_required("broadcasts.add_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    usual = BroadcastForm.of(None) | {"segment": request.GET.get("segment")}
    usual |= {"campaign": belonging.open_campaign(request.GET.get("campaign", ""))}
    usual |= BroadcastForm.of_time(None, _day_of(request))
    template = _template_of(request)
    usual |= {"name": template.name} if template else {}
    form = BroadcastForm(
        request.POST or None, initial=usual, seen=sight.present(request.user, request.tenant)
    )
    said = template.messages if template else [{"type": "text", "text": ""}]
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(said)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = services.create_broadcast(
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                by=request.user,
                **form.details(),
            )
            wishes.keep(made, send_at=form.moment(), rule=form.rule())
            return _next(request, made)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    return render(request, "broadcasts/edit.html", _editor(form, draft))


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = shared.get(pk)
    kept = {"name": found.name, "segment": found.segment_id, "version": found.version}
    kept |= BroadcastForm.of(found) | BroadcastForm.of_time(found)
    form = BroadcastForm(request.POST or None, initial=kept, seen=sight.present(request.user, request.tenant))
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(found.messages)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            services.change_broadcast(
                found,
                by=request.user,
                version=asked["version"] or 0,
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                **form.details(),
            )
            if wishes.started(found) is None:
                wishes.keep(found, send_at=form.moment(), rule=form.rule())
            return _next(request, found)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    context: dict = {"broadcast": found}
    if started := wishes.started(found):
        context |= {"started": started, "rule_words": words.of(started.rule)}
    return render(request, "broadcasts/edit.html", _editor(form, draft) | context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def forecast(request: Request) -> HttpResponse:
    """Who would get a message to this segment, and what it would cost."""
    segment = _segment(request.GET)
    if segment is None:
        return render(request, "broadcasts/forecast.html")
    campaign = belonging.open_campaign(request.GET.get("campaign", ""))
    written = _written(request, request.GET, segment)
    context = shared.forecast_of(written, *_time(request.GET), campaign=campaign)
    return render(request, "broadcasts/forecast.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def plan(request: Request) -> HttpResponse:
    """By which requests to LINE a message to this segment would go; a part of other pages."""
    segment = _segment(request.GET)
    wished = variants.wishes(_written(request, request.GET, segment)) if segment else {}
    context = plans.shown(segment.tree, **wished) if segment else {}
    return render(request, "segments/plan.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_POST
def own_pages(request: Request) -> HttpResponse:
    """What stands in the way of coupons, and the like, to which the form's message leads; a part of it."""
    segment = _segment(request.POST)
    context: dict = {}
    if segment:
        written = _written(request, request.POST, segment)
        written.messages = drafts.of_form(request.POST).shown()
        at, _rule = _time(request.POST)
        texts = [("", written.messages)]
        context["findings"] = looking_ahead.findings(written, at or timezone.now(), texts=texts)
    return render(request, "broadcasts/own_pages.html", context)


@permission_required("broadcasts.change_linkdefaults", raise_exception=True)
@require_http_methods(["GET", "POST"])
def link_defaults(request: Request) -> HttpResponse:
    """What new broadcasts begin with about their links."""
    form = LinkDefaultsForm(request.POST or None, instance=links.defaults())
    if form.is_valid():
        services.set_link_defaults(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. Broadcasts written from now on begin with this."))
        return redirect("broadcasts")
    return render(request, "broadcasts/link_defaults.html", {"form": form})


def _segment(asked: QueryDict) -> Segment | None:
    number = key(asked.get("segment", ""))
    return Segment.objects.filter(pk=number).first() if number is not None else None


def _written(request: Request, asked: QueryDict, segment: Segment) -> Broadcast:
    """The broadcast as it stands in the form, not saved; without what is filled in wrongly."""
    number = key(request.GET.get("broadcast", ""))
    found = Broadcast.objects.filter(pk=number).first() if number is not None else None
    written = found or Broadcast(messages=[])
    fields = ChoosingFields(
        asked,
        initial=ChoosingFields.of_choosing(found),
        seen=sight.present(request.user, request.tenant),
    )
    written.segment, written.way = segment, asked.get("way") or Broadcast.Way.LIST
    written.tracks_people = "tracks_people" in asked
    for name, value in (fields.choosing() if fields.is_valid() else {}).items():
        setattr(written, name, value)
    return written


def _time(asked: QueryDict) -> tuple[datetime | None, Rule | None]:
    """When it would go out first by what stands in the form (None: now, or it is not filled in), and the rule
    by which it would repeat."""
    form = TimeFields(asked)
    if not form.is_valid():
        return None, None
    rule = form.rule()
    first = next(iter(dates.of_rule(rule, timezone.now(), 1)), None) if rule else form.moment()
    return first, rule


def _day_of(request: Request) -> datetime | None:
    """Ten o'clock of the day that the address names, as the calendar does."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return clock.moment(day, TEN, ZoneInfo(request.tenant.time_zone))


def _next(request: Request, found: Broadcast) -> HttpResponse:
    """Where the button leads that was pressed: to the broadcast, to a test, or on to sending it."""
    match request.POST.get("then"):
        case "test" if request.user.has_perm("broadcasts.add_testsend"):
            return redirect("broadcast_test", found.pk)
        case "go" if "schedule" in pages.allowed(found, request.user, request.tenant):
            return redirect("broadcast_schedule", found.pk)
    return redirect(found)


def _editor(form: BroadcastForm, draft: Draft) -> dict:
    return editor.context(draft, show_errors=form.is_bound) | {"form": form}


def _template_of(request: Request) -> MessageTemplate | None:
    """The client's own template with which the address says to begin."""
    number = key(request.GET.get("template", ""))
    return MessageTemplate.objects.filter(pk=number).first() if number is not None else None
