"""The fields that a client keeps of its friends."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from friends import fields, values
from friends.forms import FieldForm, NewFieldForm
from friends.models import FriendField


@permission_required("friends.view_friendfield", raise_exception=True)
@require_GET
def friend_fields(request: Request) -> HttpResponse:
    found = FriendField.objects.all()
    context = {
        "fields": [field for field in found if not field.archived_at],
        "archived": [field for field in found if field.archived_at],
    }
    return render(request, "friends/field_list.html", context)


@permission_required("friends.add_friendfield", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = NewFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            own = fields.create_field(
                form.cleaned_data["name"],
                form.cleaned_data["type"],
                key=form.cleaned_data["key"],
                choices=form.choice_list(),
                description=form.cleaned_data["description"],
                by=request.user,
            )
            messages.success(request, _("The field “%(name)s” is made.") % {"name": own.name})
            return redirect("friend_fields")
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "friends/field_edit.html", {"form": form})


@permission_required("friends.change_friendfield", raise_exception=True)
@require_http_methods(["GET", "POST"])
def friend_field(request: Request, pk: int) -> HttpResponse:
    own = get_object_or_404(FriendField, pk=pk)
    initial = {"name": own.name, "description": own.description, "choices": "\n".join(own.choices)}
    form = FieldForm(request.POST or None, initial=initial)
    if own.type not in fields.WITH_CHOICES:
        del form.fields["choices"]
    if request.method == "POST" and form.is_valid():
        changes = {"name": form.cleaned_data["name"], "description": form.cleaned_data["description"]}
        choices = form.choice_list() if "choices" in form.fields else None
        try:
            fields.change_field(own, **changes, choices=choices, by=request.user)
            return redirect("friend_fields")
        except AppError as error:
            form.add_error(None, error.message)
    context = {"field": own, "form": form, "holder_count": values.holders(own).count()}
    return render(request, "friends/field_edit.html", context)


@permission_required("friends.change_friendfield", raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Archive, restore, or move up or down."""
    own = get_object_or_404(FriendField, pk=pk)
    match request.POST.get("do"):
        case "archive":
            fields.archive_field(own, by=request.user)
            said = _("“%(name)s” is archived. Its values are kept, and come back when you restore it.")
            messages.success(request, said % {"name": own.name})
        case "restore":
            fields.restore_field(own, by=request.user)
        case "up" | "down" as way:
            fields.move_field(own, up=way == "up", by=request.user)
    return redirect("friend_fields")
