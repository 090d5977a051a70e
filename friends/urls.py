from django.urls import path

from friends import views

urlpatterns = [
    path("", views.friends, name="friends"),
    path("<int:pk>/", views.friend, name="friend"),
    path("<int:pk>/tags/", views.add_tag, name="friend_add_tag"),
    path("<int:pk>/tags/<int:tag_pk>/remove/", views.remove_tag, name="friend_remove_tag"),
]
