import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('segments', '0004_uses_of_audiences_and_lines_own'),
    ]

    operations = [
        migrations.AddField(
            model_name='leafcache',
            name='token',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID()),
        ),
        # Bitmaps are dense already: to try and compress them takes longer than to write them.
        migrations.RunSQL(
            "ALTER TABLE segments_leafcache ALTER COLUMN bitmap SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
    ]
