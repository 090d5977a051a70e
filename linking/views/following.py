"""What follows from a link, as the client wants it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from composing import draft as drafts
from composing import editor
from composing.draft import Incomplete
from linking import following
from linking.models import LinkSettings
from linking.staff_forms import AfterForm

TEXT = {"type": "text", "text": ""}
CHANGE = "linking.change_linksettings"


@permission_required("linking.view_link", raise_exception=True)
@require_GET
def card(request: Request) -> HttpResponse:
    """What is set at present, for the page of settings."""
    wanted = LinkSettings.present()
    tags = wanted.tags.all()
    return render(request, "linking/dashboard/after_card.html", {"wanted": wanted, "tags": tags})


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request) -> HttpResponse:
    wanted = LinkSettings.present()
    menus, problem = following.menus()
    if wanted.linked_menu and wanted.linked_menu not in dict(menus):
        menus = [*menus, (wanted.linked_menu, wanted.linked_menu)]
    initial = {
        "has_welcome": bool(wanted.welcome),
        "welcome_by_push": wanted.welcome_by_push,
        "tags": wanted.tags.all(),
        "linked_menu": wanted.linked_menu,
        "unclear": wanted.unclear,
    }
    form = AfterForm(request.POST or None, menus=menus, initial=initial)
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(wanted.welcome or [TEXT])
    if form.is_valid():
        try:
            asked = dict(form.cleaned_data)
            welcome = draft.messages() if asked.pop("has_welcome") else []
            following.save(welcome=welcome, by=request.user, **asked)
            messages.success(request, _("What follows from a link is saved."))
            return redirect("link_settings")
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    context = {"form": form, "problem": problem, "tab": "link_settings"}
    context |= editor.context(draft, show_errors=form.is_bound)
    return render(request, "linking/dashboard/after.html", context)
