import accounts.reasons
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('scenarios', '0013_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='noticesend',
            name='error',
            field=accounts.reasons.ReasonField(blank=True, max_length=600, verbose_name='error'),
        ),
    ]
