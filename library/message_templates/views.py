"""Templates on the dashboard of a client: its own, and its agency's."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from composing import draft as drafts
from composing import editor, phone
from composing.draft import Incomplete
from library.message_templates import agency, commands
from library.message_templates.finding import find, folders_of
from library.message_templates.forms import TemplateForm
from library.models import MessageTemplate

VIEW, ADD = "library.view_messagetemplate", "library.add_messagetemplate"
CHANGE, DELETE = "library.change_messagetemplate", "library.delete_messagetemplate"
OF_AGENCY, SHARE = "agency_library.view_agencytemplate", "agency_library.add_agencytemplate"
TEXT = {"type": "text", "text": ""}


@permission_required(VIEW, raise_exception=True)
@require_GET
def own(request: Request) -> HttpResponse:
    found = find(MessageTemplate.objects.all(), request.GET)
    return render(request, "library/message_templates/list.html", {"found": found, "page": found.page})


@permission_required(OF_AGENCY, raise_exception=True)
@require_GET
def of_agency(request: Request) -> HttpResponse:
    """What the agency offers to its clients."""
    found = find(agency.templates(), request.GET)
    context = {"found": found, "page": found.page, "is_agency": True}
    return render(request, "library/message_templates/list.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def pick(request: Request) -> HttpResponse:
    """A part of the editor: templates to put into the messages."""
    own_ones = find(MessageTemplate.objects.all(), request.GET)
    shared = find(agency.templates(), request.GET)
    context = {"own": own_ones, "shared": shared, "words": own_ones.words}
    return render(request, "library/message_templates/pick.html", context)


@permission_required(VIEW, raise_exception=True)
@require_GET
def template(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(MessageTemplate, pk=pk)
    context = {"template": found, "shown": phone.shown(found.messages)}
    return render(request, "library/message_templates/template.html", context)


@permission_required(ADD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _edit(request, MessageTemplate(messages=[TEXT]))


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(MessageTemplate, pk=pk))


@permission_required(DELETE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(MessageTemplate, pk=pk)
    if request.method == "POST":
        commands.delete_template(found, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("message_templates")
    return render(request, "library/message_templates/delete.html", {"template": found})


@permission_required(VIEW, raise_exception=True)
@require_POST
def use(request: Request, pk: int) -> HttpResponse:
    """Begin a broadcast with it."""
    found = get_object_or_404(MessageTemplate, pk=pk)
    commands.take(found)
    return redirect(f"{reverse('broadcast_new')}?template={found.pk}")


@permission_required(SHARE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def share(request: Request, pk: int) -> HttpResponse:
    """Give all clients of the agency a copy to begin with."""
    found = get_object_or_404(MessageTemplate, pk=pk)
    context = {"template": found, "agency": request.tenant.agency, "shown": phone.shown(found.messages)}
    if request.method == "POST":
        try:
            shared = agency.share(found, by=request.user)
            messages.success(request, _("“%(name)s” is now a template of the agency.") % {"name": found.name})
            return redirect("agency_template_here", shared.pk)
        except AppError as error:
            context["problem"] = error.message
    return render(request, "library/message_templates/share.html", context)


@permission_required(OF_AGENCY, raise_exception=True)
@require_GET
def agency_template(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(agency.templates(), pk=pk)
    context = {"template": found, "shown": phone.shown(found.messages), "is_agency": True}
    return render(request, "library/message_templates/template.html", context)


@permission_required(ADD, raise_exception=True)
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    """Take an agency's template over into the client's own."""
    found = get_object_or_404(agency.templates(), pk=pk)
    try:
        made = agency.copy(found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("agency_template_here", found.pk)
    messages.success(request, _("“%(name)s” is copied; change it as you like.") % {"name": made.name})
    return redirect(made)


def _edit(request: Request, found: MessageTemplate) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=found)
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(found.messages)
    if form.is_valid():
        try:
            saved = _save(found, form, draft.messages(), request)
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect(saved)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    context = editor.context(draft, show_errors=form.is_bound) | {"form": form, "template": found}
    context["folders"] = folders_of(MessageTemplate.objects.all())
    return render(request, "library/message_templates/edit.html", context)


def _save(found: MessageTemplate, form: TemplateForm, said: list[dict], request: Request) -> MessageTemplate:
    if found.pk is None:
        return commands.create_template(**form.cleaned_data, messages=said, by=request.user)
    return commands.change_template(found, **form.cleaned_data, messages=said, by=request.user)
