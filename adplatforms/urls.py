from django.urls import path

from adplatforms.views import audiences, consents, destinations, files

urlpatterns = [
    path("", destinations.destinations, name="ad_destinations"),
    path("new/", destinations.new, name="ad_destination_new"),
    path("<int:pk>/", destinations.destination, name="ad_destination"),
    path("<int:pk>/edit/", destinations.edit, name="ad_destination_edit"),
    path("<int:pk>/try/", destinations.try_out, name="ad_destination_try"),
    path("<int:pk>/secret/", destinations.secret, name="ad_destination_secret"),
    path("<int:pk>/pause/", destinations.pause, name="ad_destination_pause"),
    path("<int:pk>/resume/", destinations.resume, name="ad_destination_resume"),
    path("<int:pk>/remove/", destinations.remove, name="ad_destination_remove"),
    path("<int:pk>/conversions/<int:handover_pk>/", destinations.handover, name="ad_handover"),
    path("<int:pk>/deliveries/<int:delivery_pk>/again/", destinations.send_again, name="ad_send_again"),
    path("<int:pk>/files/make/", files.make, name="ad_file_make"),
    path("<int:pk>/files/<int:file_pk>/", files.download, name="ad_file"),
    path("<int:pk>/files/days/", files.of_days, name="ad_file_days"),
    path("audiences/", audiences.audiences, name="ad_audiences"),
    path("audiences/new/", audiences.new, name="ad_audience_new"),
    path("audiences/<int:pk>/", audiences.audience, name="ad_audience"),
    path("audiences/<int:pk>/size/", audiences.size, name="ad_audience_size"),
    path("audiences/<int:pk>/files/", audiences.files, name="ad_audience_files"),
    path("audiences/<int:pk>/export/", audiences.export, name="ad_audience_export"),
    path("audiences/<int:pk>/removal/", audiences.removal, name="ad_audience_removal"),
    path("audiences/<int:pk>/files/<int:file_pk>/", audiences.download, name="ad_audience_file"),
    path("audiences/<int:pk>/remove/", audiences.remove, name="ad_audience_remove"),
    path("consents/", consents.all_consents, name="ad_consents"),
    path("consents/<int:pk>/", consents.consent, name="ad_consent"),
]
