from django.urls import path

from planning import kpi_views, set_views, views

urlpatterns = [
    path("", views.plan, name="plan"),
    path("days/", views.days, name="plan_days"),
    path("days/file/", views.days_file, name="plan_days_file"),
    path("recount/", views.recount, name="plan_recount"),
    path("tree/<slug:whose>/", views.tree, name="plan_tree"),
    path("tree/<slug:whose>/part/", views.part, name="plan_part"),
    path("tree/<slug:whose>/targets/", views.targets, name="plan_targets"),
    path("tree/<slug:whose>/proposal/", views.propose, name="plan_proposal"),
    path("tree/<slug:whose>/sets/", set_views.sets_page, name="kpi_sets_here"),
    path("tree/<slug:whose>/sets/save/", set_views.save, name="kpi_set_save"),
    path("tree/<slug:whose>/new/", kpi_views.new, name="kpi_new"),
    path("kpis/<int:pk>/", kpi_views.kpi, name="kpi"),
    path("kpis/<int:pk>/edit/", kpi_views.edit, name="kpi_edit"),
    path("kpis/<int:pk>/move/", kpi_views.move, name="kpi_move"),
    path("kpis/<int:pk>/remove/", kpi_views.remove, name="kpi_remove"),
    path("kpis/<int:pk>/restore/", kpi_views.restore, name="kpi_restore"),
    path("kpis/<int:pk>/target/", kpi_views.target, name="kpi_target"),
    path("kpis/<int:pk>/number/", kpi_views.number, name="kpi_number"),
]
