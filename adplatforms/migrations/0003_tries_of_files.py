from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("adplatforms", "0002_audiences_kept_at_line")]

    operations = [
        migrations.AddField(
            model_name="adaudiencefile",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
