from django.urls import include, path

from dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("friends/", include("friends.urls")),
    path("segments/", include("segments.urls")),
    path("broadcasts/", include("broadcasts.urls")),
    path("messages/", include("composing.urls")),
    path("library/", include("library.urls")),
    path("taps/", include("taps.urls")),
    path("cost/", include("billing.urls")),
    path("chats/", include("chats.urls")),
    path("routes/", include("routes.urls")),
    path("auto-replies/", include("autoreplies.urls")),
    path("channel/", include("channels.urls")),
    path("relays/", include("relays.urls")),
    path("imports/", include("imports.urls")),
    path("customers/", include("customers.urls")),
    path("id-links/", include("linking.urls_dashboard")),
    path("entry-points/", include("invitations.urls")),
    path("card/", include("cards.urls")),
    path("shop/", include("shops.urls")),
    path("connections/", include("connectors.urls")),
    path("i/", include("invitations.urls_public")),
    path("in/", include("connectors.urls_public")),
    path("m/", include("cards.urls_public")),
    path("media/", include("library.urls_public")),
    path("f/", include("routes.urls_public")),
    path("f/", include("chats.urls_public")),
    path("f/", include("linking.urls_inside")),
    path("f/", include("cards.urls_inside")),
]
