from django.urls import path

from chats import files, saved, views

urlpatterns = [
    path("", views.chats, name="chats"),
    path("rows/", views.rows, name="chats_rows"),
    path("unread/", views.unread, name="chats_unread"),
    path("saved-replies/", saved.saved_replies, name="saved_replies"),
    path("saved-replies/new/", saved.new, name="saved_reply_new"),
    path("saved-replies/<int:pk>/", saved.edit, name="saved_reply"),
    path("saved-replies/<int:pk>/delete/", saved.delete, name="saved_reply_delete"),
    path("settings/", saved.settings, name="chats_settings"),
    path("files/<int:pk>/", files.file, name="chat_file"),
    path("files/<int:pk>/small/", files.small, name="chat_file_small"),
    path("<int:pk>/", views.chat, name="chat"),
    path("<int:pk>/earlier/", views.earlier, name="chat_earlier"),
    path("<int:pk>/news/", views.news, name="chat_news"),
    path("<int:pk>/cost/", views.cost, name="chat_cost"),
    path("<int:pk>/messages/", views.send, name="chat_send"),
    path("<int:pk>/pictures/", views.upload, name="chat_upload"),
    path("<int:pk>/messages/<int:sending_pk>/again/", views.again, name="chat_again"),
    path("<int:pk>/messages/<int:sending_pk>/arrived/", views.arrived, name="chat_arrived"),
    path("<int:pk>/notes/", views.note, name="chat_note"),
    path("<int:pk>/state/", views.move, name="chat_move"),
    path("<int:pk>/assignee/", views.assign, name="chat_assign"),
    path("<int:pk>/seen/", views.seen, name="chat_seen"),
    path("<int:pk>/typing/", views.typing, name="chat_typing"),
]
