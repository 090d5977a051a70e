"""Addresses of an agency's API, below /agency/api/v1/."""

from django.urls import path, re_path

from api.agency.usage import UsageViewSet
from api.agency.views import AgencyNotThere, AgencySchemaView

urlpatterns = [
    path("usage/", UsageViewSet.as_view({"get": "list"}), name="agency-api-usage"),
    path("schema/", AgencySchemaView.as_view(), name="agency-api-schema"),
    re_path("", AgencyNotThere.as_view()),
]
