from django.urls import path

from segments.views import lists

urlpatterns = [
    path("", lists.friend_lists, name="friend_lists"),
    path("new/", lists.new, name="friend_list_new"),
    path("<int:pk>/", lists.friend_list, name="friend_list"),
    path("<int:pk>/edit/", lists.edit, name="friend_list_edit"),
    path("<int:pk>/delete/", lists.delete, name="friend_list_delete"),
    path("<int:pk>/add/", lists.add, name="friend_list_add"),
    path("<int:pk>/act/", lists.act, name="friend_list_act"),
    path("<int:pk>/filling/", lists.filling, name="friend_list_filling"),
    path("<int:pk>/import/", lists.upload, name="friend_list_import"),
    path("from/<int:pk>/", lists.keep, name="friend_list_from"),
]
