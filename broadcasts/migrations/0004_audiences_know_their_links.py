from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('broadcasts', '0003_clicks_by_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='links_version',
            field=models.BigIntegerField(editable=False, null=True),
        ),
    ]
