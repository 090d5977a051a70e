from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('broadcasts', '0016_follow_ups'),
    ]

    operations = [
        migrations.AddField(
            model_name='outcome',
            name='linked',
            field=models.IntegerField(null=True, verbose_name='people who were linked'),
        ),
    ]
