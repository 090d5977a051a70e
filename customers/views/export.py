from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.models import Activity
from customers import exports
from customers.forms import CustomerFilter, ExportForm
from customers.views.people import may_see_contacts

LATEST = 20


@permission_required("customers.export_customer", raise_exception=True)
@require_GET
def customer_export(request: Request) -> HttpResponse:
    """Which columns of which customers, in which encoding; and what was exported before, by whom."""
    form = ExportForm(may_see_contacts=may_see_contacts(request))
    return _asked(request, form, _narrowing(request))


@permission_required("customers.export_customer", raise_exception=True)
@require_GET
def customer_export_file(request: Request) -> HttpResponse | StreamingHttpResponse:
    """The file, written while it is sent."""
    form, narrowing = ExportForm(request.GET, may_see_contacts=may_see_contacts(request)), _narrowing(request)
    if not form.is_valid():
        return _asked(request, form, narrowing, status=400)
    export = exports.begin(narrowing.customers(), **form.cleaned_data, by=request.user)
    charset = "utf-8" if export.encoding == exports.UTF8 else "Shift_JIS"
    response = StreamingHttpResponse(export, content_type=f"text/csv; charset={charset}")
    name = f"customers-{request.tenant.slug}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _narrowing(request: Request) -> CustomerFilter:
    form = CustomerFilter(request.GET, may_see_contacts=may_see_contacts(request))
    form.is_valid()
    return form


def _asked(request: Request, form: ExportForm, narrowing: CustomerFilter, status: int = 200) -> HttpResponse:
    done = Activity.objects.filter(
        tenant=request.tenant.pk, verb__in=["customers.exported", "customers.export_finished"]
    )
    context = {"form": form, "narrowing": narrowing, "done": done.select_related("user")[:LATEST]}
    return render(request, "customers/export.html", context, status=status)
