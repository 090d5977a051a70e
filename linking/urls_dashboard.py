"""Pages on ID links for the client's people, below /id-links/."""

from django.urls import path

from linking.views import deciding, following, links, settings

urlpatterns = [
    path("", links.id_links, name="id_links"),
    path("rate/", links.rate, name="id_links_rate"),
    path("new/", links.new, name="id_link_new"),
    path("<int:pk>/", links.id_link, name="id_link"),
    path("<int:pk>/end/", links.end, name="id_link_end"),
    path("customers/<int:pk>/", links.of_customer, name="customer_links"),
    path("friends/<int:pk>/", links.of_friend, name="friend_links"),
    path("conflicts/", deciding.link_conflicts, name="link_conflicts"),
    path("conflicts/decide/", deciding.decide, name="link_conflicts_decide"),
    path("attempts/", deciding.link_attempts, name="link_attempts"),
    path("settings/", settings.link_settings, name="link_settings"),
    path("settings/secret/", settings.rotate_secret, name="link_secret_rotate"),
    path("settings/after/", following.edit, name="link_after"),
    path("settings/after/card/", following.card, name="link_after_card"),
]
