from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('billing', '0009_the_table_a_month_is_priced_by'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='ledgerentry', name='only_adjustments_take_back'),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ('messages__gt', 0),
                    ('kind__in', ['adjustment', 'outside']),
                    models.Q(('kind', 'notice'), ('messages', 0)),
                    _connector='OR',
                ),
                name='only_adjustments_take_back',
            ),
        ),
    ]
