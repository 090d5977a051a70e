"""A client's own invoices, below /c/<slug>/cost/invoices/."""

from django.urls import path

from invoices.views import client

urlpatterns = [
    path("", client.invoices, name="my_invoices"),
    path("<int:pk>/pdf/", client.pdf, name="my_invoice_pdf"),
    path("<int:pk>/excel/", client.excel, name="my_invoice_excel"),
]
