"""Addresses of an agency's API, below /agency/api/v1/."""

from django.urls import path, re_path

from api.agency.figures import AgencyKpiSetViewSet, ClientFigureViewSet
from api.agency.usage import UsageViewSet
from api.agency.views import AgencyNotThere, AgencySchemaView

urlpatterns = [
    path("usage/", UsageViewSet.as_view({"get": "list"}), name="agency-api-usage"),
    path("figures/", ClientFigureViewSet.as_view({"get": "list"}), name="agency-api-figures"),
    path("figures/known/", ClientFigureViewSet.as_view({"get": "known"}), name="agency-api-figures-known"),
    path("figures/median/", ClientFigureViewSet.as_view({"get": "median"}), name="agency-api-median"),
    path("kpi-sets/", AgencyKpiSetViewSet.as_view({"get": "list"}), name="agency-api-kpi-sets"),
    path(
        "kpi-sets/<int:pk>/",
        AgencyKpiSetViewSet.as_view({"get": "retrieve"}),
        name="agency-api-kpi-set",
    ),
    path("schema/", AgencySchemaView.as_view(), name="agency-api-schema"),
    re_path("", AgencyNotThere.as_view()),
]
