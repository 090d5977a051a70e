"""Invoices in the console of the agency."""

from django.urls import path

from invoices.views import correcting, documents, lines, months, parties

urlpatterns = [
    path("", months.months, name="invoices"),
    path("drafts/", months.draft_all, name="invoices_draft_all"),
    path("issue/", months.issue_all, name="invoices_issue_all"),
    path("progress/", months.progress, name="invoices_progress"),
    path("issuer/<slug:slug>/", parties.issuer, name="invoice_issuer"),
    path("recipients/<slug:slug>/", parties.recipient, name="invoice_recipient"),
    path("<int:pk>/", documents.document, name="invoice"),
    path("<int:pk>/details/", documents.details, name="invoice_details"),
    path("<int:pk>/lines/", lines.add, name="invoice_line_add"),
    path("<int:pk>/lines/<int:line>/", lines.change, name="invoice_line"),
    path("<int:pk>/lines/<int:line>/remove/", lines.remove, name="invoice_line_remove"),
    path("<int:pk>/reckon/", documents.reckon, name="invoice_reckon"),
    path("<int:pk>/review/", documents.review, name="invoice_review"),
    path("<int:pk>/send-back/", documents.send_back, name="invoice_send_back"),
    path("<int:pk>/issue/", documents.issue, name="invoice_issue"),
    path("<int:pk>/delete/", documents.delete, name="invoice_delete"),
    path("<int:pk>/pdf/", documents.pdf, name="invoice_pdf"),
    path("<int:pk>/excel/", documents.excel, name="invoice_excel"),
    path("<int:pk>/mail/", documents.mail, name="invoice_mail"),
    path("<int:pk>/credit/", correcting.credit, name="invoice_credit"),
    path("<int:pk>/difference/", correcting.settle, name="invoice_settle"),
]
