"""Pages of the shop."""

from django.urls import path

from events import views as events
from shops import views

urlpatterns = [
    path("", views.shop, name="shop"),
    path("orders/", views.orders, name="orders"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/cancel/", views.cancel, name="order_cancel"),
    path("orders/of-customer/<int:pk>/", views.customer_orders, name="customer_orders"),
    path("products/", views.products, name="products"),
    path("products/<int:pk>/", views.product, name="product"),
    path("events/", views.incoming, name="shop_events"),
    path("event-types/", events.event_types, name="event_types"),
    path("event-types/new/", events.new, name="event_type_new"),
    path("event-types/unknown/", events.unknown, name="event_types_unknown"),
    path("event-types/<str:name>/", events.edit, name="event_type"),
    path("settings/", views.settings, name="shop_settings"),
]
