import accounts.reasons
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('broadcasts', '0023_series_without_problem'),
    ]

    operations = [
        migrations.AlterField(
            model_name='testsend',
            name='error',
            field=accounts.reasons.ReasonField(blank=True, max_length=600, verbose_name='error'),
        ),
    ]
