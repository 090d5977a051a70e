from django.urls import path

from customers.views import contacts, export, fields, merging, people

urlpatterns = [
    path("", people.customers, name="customers"),
    path("new/", people.new, name="customer_new"),
    path("fields/", fields.customer_fields, name="customer_fields"),
    path("fields/new/", fields.new, name="customer_field_new"),
    path("fields/settings/", fields.change_settings, name="customer_settings"),
    path("fields/<int:pk>/", fields.customer_field, name="customer_field"),
    path("fields/<int:pk>/act/", fields.act, name="customer_field_act"),
    path("export/", export.customer_export, name="customer_export"),
    path("export/file/", export.customer_export_file, name="customer_export_file"),
    path("<int:pk>/", people.customer, name="customer"),
    path("<int:pk>/edit/", people.edit, name="customer_edit"),
    path("<int:pk>/life/", people.life, name="customer_life"),
    path("<int:pk>/contacts/", contacts.show, name="customer_contacts"),
    path("<int:pk>/merge/", merging.choose, name="customer_merge"),
    path("<int:pk>/merge/<int:into>/", merging.confirm, name="customer_merge_into"),
    path("<int:pk>/erase/", people.erase, name="customer_erase"),
    path("<int:pk>/readmit/", people.readmit, name="customer_readmit"),
]
