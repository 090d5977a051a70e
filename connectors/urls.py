from django.urls import path

from connectors import mapping_views, views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("new/shopify/", views.new_shopify, name="connection_new_shopify"),
    path("new/", views.new_cart, name="connection_new"),
    path("<int:pk>/", views.connection, name="connection"),
    path("<int:pk>/setup/", views.setup, name="connection_setup"),
    path("<int:pk>/edit/", views.edit, name="connection_edit"),
    path("<int:pk>/mapping/", mapping_views.mapping, name="connection_mapping"),
    path("<int:pk>/secret/", views.secret, name="connection_secret"),
    path("<int:pk>/pause/", views.pause, name="connection_pause"),
    path("<int:pk>/resume/", views.resume, name="connection_resume"),
    path("<int:pk>/remove/", views.remove, name="connection_remove"),
    path("<int:pk>/replay/", views.replay_failed, name="connection_replay_failed"),
    path("<int:pk>/deliveries/<int:delivery_pk>/", views.delivery, name="connection_delivery"),
    path("<int:pk>/deliveries/<int:delivery_pk>/body/", views.body, name="connection_body"),
    path("<int:pk>/deliveries/<int:delivery_pk>/replay/", views.replay, name="connection_replay"),
]
