from django.urls import path

from friends.views import attributes, elsewhere, export, fields, imports, people, tags

urlpatterns = [
    path("", people.friends, name="friends"),
    path("tagging/", tags.tag_many, name="friends_tag"),
    path("<int:pk>/", people.friend, name="friend"),
    path("<int:pk>/elsewhere/", elsewhere.of_friend, name="friend_elsewhere"),
    path("<int:pk>/edit/", people.edit, name="friend_edit"),
    path("<int:pk>/profile/", people.fetch_profile, name="friend_fetch_profile"),
    path("<int:pk>/tags/", people.add_tag, name="friend_add_tag"),
    path("<int:pk>/tags/<int:tag_pk>/remove/", people.remove_tag, name="friend_remove_tag"),
    path("tags/", tags.tags, name="tags"),
    path("tags/new/", tags.add, name="tag_new"),
    path("tags/<int:pk>/", tags.tag, name="tag"),
    path("tags/<int:pk>/delete/", tags.delete, name="tag_delete"),
    path("tags/<int:pk>/merge/", tags.merge, name="tag_merge"),
    path("fields/", fields.friend_fields, name="friend_fields"),
    path("fields/new/", fields.new, name="friend_field_new"),
    path("fields/<int:pk>/", fields.friend_field, name="friend_field"),
    path("fields/<int:pk>/act/", fields.act, name="friend_field_act"),
    path("imports/", imports.friend_imports, name="friend_imports"),
    path("imports/line/", imports.line_list, name="friend_listing"),
    path("imports/<int:pk>/", imports.friend_import, name="friend_import"),
    path("imports/<int:pk>/live/", imports.live, name="friend_import_live"),
    path("imports/<int:pk>/act/", imports.act, name="friend_import_act"),
    path("imports/<int:pk>/refused/", imports.refused, name="friend_import_refused"),
    path("export/", export.friend_export, name="friend_export"),
    path("export/file/", export.friend_export_file, name="friend_export_file"),
    path("attributes/", attributes.friend_attributes, name="friend_attributes"),
    path("attributes/fetch/", attributes.fetch, name="friend_attributes_fetch"),
]
