from django.urls import include, path

from costs import views

urlpatterns = [
    path("advice/", include("costs.advice.urls")),
    path("returns/", views.returns, name="cost_returns"),
    path("returns/chart/", views.returns_chart, name="cost_returns_chart"),
    path("returns/file/", views.returns_file, name="cost_returns_file"),
    path("returns/fees/", views.tool_fees, name="cost_fees"),
    path("returns/sends/<int:pk>/", views.cost_of_send, name="cost_of_send"),
    path("returns/<slug:by>/<str:key>/", views.one_return, name="cost_return"),
]
