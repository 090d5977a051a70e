import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('billing', '0008_names_of_plans_then_and_own_prices'),
    ]

    operations = [
        migrations.AddField(
            model_name='monthusage',
            name='price_table',
            field=models.ForeignKey(
                blank=True,
                help_text='By which all entries of the month are priced',
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='+',
                to='billing.pricetable',
                verbose_name='price table',
            ),
        ),
    ]
