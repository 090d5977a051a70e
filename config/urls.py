"""Addresses outside of any client: sign-in, agency console, admin of public data."""

from django.urls import include, path

from accounts.sites import agency_admin

urlpatterns = [
    path("admin/", agency_admin.urls),
    path("sign-in/", include("allauth.urls")),
    path("agency/api/v1/", include("api.agency.urls")),
    path("agency/contracts/", include("contracts.urls")),
    path("agency/invoices/", include("invoices.urls")),
    path("agency/figures/", include("agency_figures.urls")),
    path("agency/", include("agency_library.urls")),
    path("", include("dashboard.urls")),
]
handler404 = "api.views.not_found"
