from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0014_readings_know_what_was_booked_apart'),
    ]

    operations = [
        migrations.AlterField(
            model_name='monthusage',
            name='notice_amount',
            field=models.DecimalField(db_default=Decimal('0'), decimal_places=4, default=Decimal('0'), max_digits=14, verbose_name='cost of notification messages'),
        ),
        migrations.AlterField(
            model_name='monthusage',
            name='notice_count',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='notification messages'),
        ),
    ]
