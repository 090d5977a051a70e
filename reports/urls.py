from django.urls import path

from reports import life_views, views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("new/", views.new, name="report_new"),
    path("settings/", views.settings, name="report_settings"),
    path("logo/", views.logo, name="report_logo"),
    path("of/<slug:kind>/<int:pk>/", views.beside, name="reports_beside"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/pdf/", views.pdf, name="report_pdf"),
    path("<int:pk>/excel/", views.excel, name="report_excel"),
    path("<int:pk>/edit/", life_views.edit, name="report_edit"),
    path("<int:pk>/count/", life_views.count, name="report_count"),
    path("<int:pk>/review/", life_views.review, name="report_review"),
    path("<int:pk>/release/", life_views.release, name="report_release"),
    path("<int:pk>/withdraw/", life_views.withdraw, name="report_withdraw"),
    path("<int:pk>/correct/", life_views.correct, name="report_correct"),
    path("<int:pk>/delete/", life_views.delete, name="report_delete"),
    path("<int:pk>/mail/", life_views.mail, name="report_mail"),
    path("<int:pk>/mails/<int:mail_pk>/again/", life_views.mail_again, name="report_mail_again"),
]
