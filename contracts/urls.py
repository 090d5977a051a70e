from django.urls import path

from contracts import views

urlpatterns = [
    path("", views.contracts, name="contracts"),
    path("<slug:slug>/", views.client, name="client_contracts"),
    path("<slug:slug>/new/", views.new, name="contract_new"),
    path("<slug:slug>/example/", views.example, name="contract_example"),
    path("<slug:slug>/<int:pk>/", views.contract, name="contract"),
    path("<slug:slug>/<int:pk>/take-back/", views.take_back, name="contract_take_back"),
]
