"""The fields that a client keeps of its customers."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from customers import fields
from customers.forms import FieldForm, NewFieldForm
from customers.models import CustomerField, CustomerSettings


@permission_required("customers.view_customerfield", raise_exception=True)
@require_GET
def customer_fields(request: Request) -> HttpResponse:
    found = CustomerField.objects.all()
    context = {
        "fields": [field for field in found if not field.archived_at],
        "archived": [field for field in found if field.archived_at],
        "settings": CustomerSettings.present(),
    }
    return render(request, "customers/field_list.html", context)


@permission_required("customers.add_customerfield", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = NewFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            own = fields.create_field(
                form.cleaned_data["name"],
                form.cleaned_data["type"],
                key=form.cleaned_data["key"],
                name_en=form.cleaned_data["name_en"],
                choices=form.choice_list(),
                description=form.cleaned_data["description"],
                by=request.user,
            )
            messages.success(request, _("The customer field “%(name)s” is made.") % {"name": own.name})
            return redirect("customer_fields")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "customers/field_edit.html", {"form": form})


@permission_required("customers.change_customerfield", raise_exception=True)
@require_http_methods(["GET", "POST"])
def customer_field(request: Request, pk: int) -> HttpResponse:
    own = get_object_or_404(CustomerField, pk=pk)
    initial = {name: getattr(own, name) for name in ("name", "name_en", "description")}
    initial["choices"] = "\n".join(own.choices)
    form = FieldForm(request.POST or None, initial=initial)
    if own.type != CustomerField.Type.CHOICE:
        del form.fields["choices"]
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in ("name", "name_en", "description")}
        choices = form.choice_list() if "choices" in form.fields else None
        try:
            fields.change_field(own, **changes, choices=choices, by=request.user)
            return redirect("customer_fields")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "customers/field_edit.html", {"field": own, "form": form})


@permission_required("customers.change_customersettings", raise_exception=True)
@require_POST
def change_settings(request: Request) -> HttpResponse:
    fields.take_only_known(request.POST.get("only_known_fields") == "on", by=request.user)
    messages.success(request, _("Saved."))
    return redirect("customer_fields")


@permission_required("customers.change_customerfield", raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Archive, restore, or move up or down."""
    own = get_object_or_404(CustomerField, pk=pk)
    match request.POST.get("do"):
        case "archive":
            fields.archive_field(own, by=request.user)
            said = _("“%(name)s” is archived. Its values are kept, and come back when you restore it.")
            messages.success(request, said % {"name": own.name})
        case "restore":
            fields.restore_field(own, by=request.user)
        case "up" | "down" as way:
            fields.move_field(own, up=way == "up", by=request.user)
    return redirect("customer_fields")
