"""The page of the tag: what to paste, whether it is heard, where it may be."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from attribution.forms import TagForm
from attribution.models import PageTag
from attribution.tag import commands, hearing, signing, snippets

LOOK, CHANGE = "attribution.view_pagetag", "attribution.change_pagetag"


@permission_required(LOOK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def tag(request: Request) -> HttpResponse:
    found = PageTag.present()
    form = TagForm(request.POST or None, initial={"origins": "\n".join(found.origins) if found else ""})
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            return HttpResponse(status=403)
        if form.is_valid() and _saves(request, form):
            return redirect("page_tag")
    context: dict[str, object] = {"form": form, "tag": found, "address": settings.BASE_URL}
    if found:
        context |= {
            "heard": hearing.of(found),
            "usual": snippets.usual(found),
            "fixed": snippets.fixed(found),
        }
        if request.user.has_perm(CHANGE):
            context["secret"] = signing.secret(found.secret_generation)
    return render(request, "attribution/tag.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def heard(request: Request) -> HttpResponse:
    """What was heard until now; a part of the page that asks again every few seconds."""
    found = PageTag.present()
    return render(request, "attribution/tag_heard.html", {"heard": hearing.of(found) if found else None})


@permission_required(CHANGE, raise_exception=True)
@require_POST
def switch(request: Request) -> HttpResponse:
    """Take reports, or take none; each undoes the other."""
    found = PageTag.present()
    try:
        changed = commands.set_up(is_on=not (found and found.is_on), by=request.user)
        on, off = _("Reports are taken again."), _("Reports are taken no more; what was told stays.")
        messages.success(request, on if changed.is_on else off)
    except AppError as error:
        messages.error(request, error.message)
    return redirect("page_tag")


@permission_required(CHANGE, raise_exception=True)
@require_POST
def renew_key(request: Request) -> HttpResponse:
    commands.renew_key(by=request.user)
    messages.success(request, _("There is a new key. Paste the new lines into your pages."))
    return redirect("page_tag")


@permission_required(CHANGE, raise_exception=True)
@require_POST
def renew_secret(request: Request) -> HttpResponse:
    commands.renew_secret(by=request.user)
    messages.success(request, _("There is a new secret. Sign with it from now on."))
    return redirect("page_tag")


def _saves(request: Request, form: TagForm) -> bool:
    try:
        commands.set_up(origins=form.lines(), by=request.user)
    except AppError as error:
        form.add_error("origins", error.message)
        return False
    messages.success(request, _("Saved. Paste the lines below into your pages."))
    return True
