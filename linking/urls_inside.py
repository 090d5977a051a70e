"""Pages that open inside LINE: below the endpoint of the client's LIFF app, which is /f/liff/."""

from django.urls import path

from linking.views import inside

urlpatterns = [
    path("liff/link/", inside.link, name="link_inside"),
    path("liff/me/", inside.me, name="my_link"),
    path("liff/open/", inside.own_page, name="own_page"),
]
