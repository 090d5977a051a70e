"""Pages of scenarios as files."""

from typing import Any

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from scenarios.exchange import exporting, importing
from scenarios.exchange.errors import InvalidScenarioFile
from scenarios.exchange.importing import File
from scenarios.exchange.kinds import TAG
from scenarios.models import Scenario, Version

MAKE = "make"  # the choice to make a tag of its name


@permission_required("scenarios.view_scenario", raise_exception=True)
@require_GET
def export(request: Request, pk: int) -> HttpResponse:
    """The draft as a file, or a version that is named."""
    found = get_object_or_404(Scenario, pk=pk)
    number = request.GET.get("version", "")
    flow = _of_version(found, number) if number else None
    body = orjson.dumps(exporting.document(found, flow), option=orjson.OPT_INDENT_2)
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{found.name}.json")
    return answer


@permission_required("scenarios.add_scenario", raise_exception=True)
@require_http_methods(["GET", "POST"])
def take(request: Request) -> HttpResponse:
    """Choose a file; say what stands for what it names and is not known here; then it is a draft."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            text = _text(request)
            document = _read(text)
            file = importing.read(document)
            context = _asked(request, file, text)
            if request.POST.get("do") == "take":
                made = _take(request, document, file)
                messages.success(request, _("This is the draft. Nothing is sent until it is published."))
                return redirect(made)
        except AppError as error:
            context["problem"] = error.message
    return render(request, "scenarios/exchange/import.html", context)


def _of_version(scenario: Scenario, number: str) -> dict:
    published = Version.objects.published().filter(scenario=scenario)
    return get_object_or_404(published, number=key(number) or 0).flow


def _text(request: Request) -> str:
    """The file that was chosen, or that the page has kept."""
    chosen = request.FILES.get("file")
    if chosen is not None and (chosen.size or 0) > importing.MOST_BYTES:
        raise InvalidScenarioFile(problem=_("it is larger than 1 MB"))
    try:
        text = chosen.read().decode("utf-8-sig") if chosen else request.POST.get("document", "")
    except UnicodeDecodeError as error:
        raise InvalidScenarioFile(problem=_("it is not a text")) from error
    if not text.strip():
        raise InvalidScenarioFile(problem=_("choose a file"))
    return text


def _read(text: str) -> object:
    if len(text.encode(errors="replace")) > importing.MOST_BYTES:
        raise InvalidScenarioFile(problem=_("it is larger than 1 MB"))
    try:
        return orjson.loads(text.encode())
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise InvalidScenarioFile(problem=_("it is not JSON")) from error


def _asked(request: Request, file: File, text: str) -> dict[str, Any]:
    """What the page asks, with what was chosen so far."""
    may_make = request.user.has_perm("friends.add_tag")
    asked = [
        {
            "name": f"to-{place}",
            "need": need,
            "offered": need.kind.offered(),
            "chosen": request.POST.get(f"to-{place}", MAKE if need.kind is TAG and may_make else ""),
            "is_made": need.kind is TAG and may_make,
        }
        for place, need in enumerate(file.needs)
        if need.key is None
    ]
    known = [need for need in file.needs if need.key is not None]
    return {
        "file": file,
        "document": text,
        "asked": asked,
        "known": known,
        "unknown_events": importing.unknown_events(file.flow),
        "name": request.POST.get("name", file.name),
    }


def _take(request: Request, document: object, file: File) -> Scenario:
    given = {need.code: request.POST.get(f"to-{place}", "").strip() for place, need in enumerate(file.needs)}
    chosen = {code: to for code, to in given.items() if to and to != MAKE}
    makes_tags = MAKE in given.values() and request.user.has_perm("friends.add_tag")
    name = request.POST.get("name", "")[: Scenario.NAME_LENGTH]
    return importing.take(document, name=name, chosen=chosen, makes_tags=makes_tags, by=request.user)
