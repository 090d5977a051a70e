from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("friends", "0009_who_stopped_broadcasts")]

    operations = [
        migrations.AddIndex(
            model_name="friend",
            index=models.Index(
                condition=models.Q(("stopped_at__isnull", False)), fields=["id"], name="friend_stopped"
            ),
        ),
    ]
