"""Addresses of one client, below /c/<slug>/ or on its own domain."""

from django.urls import include, path

from accounts.sites import client_admin

urlpatterns = [
    path("admin/", client_admin.urls),
    path("api/v1/", include("api.urls")),
    path("link/", include("linking.urls")),
    path("", include("dashboard.urls_tenant")),
]
