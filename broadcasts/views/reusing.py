"""Messages of broadcasts that are kept to be used again."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from broadcasts.views import found as shared
from composing import phone
from library.message_templates import commands
from library.message_templates.finding import folders_of
from library.message_templates.forms import TemplateForm
from library.models import MessageTemplate


@permission_required(["broadcasts.view_broadcast", "library.add_messagetemplate"], raise_exception=True)
@require_http_methods(["GET", "POST"])
def save_template(request: Request, pk: int) -> HttpResponse:
    """Keep the messages of a broadcast as a template, whatever has become of the broadcast."""
    found = shared.get(pk)
    form = TemplateForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        try:
            made = commands.create_template(**form.cleaned_data, messages=found.messages, by=request.user)
            messages.success(request, _("“%(name)s” is saved as a template.") % {"name": made.name})
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    folders = folders_of(MessageTemplate.objects.all())
    context = {"broadcast": found, "form": form, "folders": folders, "shown": phone.shown(found.messages)}
    return render(request, "broadcasts/save_template.html", context)
