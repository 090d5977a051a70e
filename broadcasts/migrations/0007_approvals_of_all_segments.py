from django.db import migrations, models

KEEP = """
UPDATE broadcasts_broadcast
SET approved_segments = jsonb_build_object(segment_id::text, approved_segment_version)
WHERE approved_segment_version IS NOT NULL"""


class Migration(migrations.Migration):

    dependencies = [
        ('broadcasts', '0006_which_segments_were_seen'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='approved_segments',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='broadcast',
            name='approved_segment_version',
        ),
    ]
