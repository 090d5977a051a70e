from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('accounts', '0001_people_and_clients'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(help_text='Two letters, such as JP', max_length=2, verbose_name='country')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name_ja', models.CharField(max_length=60, verbose_name='name in Japanese')),
                ('name_en', models.CharField(max_length=60, verbose_name='name in English')),
            ],
            options={
                'verbose_name': 'LINE plan',
                'verbose_name_plural': 'LINE plans',
                'ordering': ['country', 'id'],
                'constraints': [models.UniqueConstraint(fields=('country', 'code'), name='plan_once_per_country')],
            },
        ),
        migrations.CreateModel(
            name='PriceTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(help_text='First day of a month', verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('currency', models.CharField(default='JPY', max_length=3, verbose_name='currency')),
                ('monthly_fee', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='monthly fee')),
                ('free_messages', models.PositiveIntegerField(verbose_name='free messages')),
                ('brackets', models.JSONField(blank=True, default=list, help_text='By number of extra message within the month: [{"up_to": 50000, "unit_price": "3.0"}, …, {"up_to": null, "unit_price": "1.0"}]. Empty: the plan has no extra messages.', verbose_name='prices of extra messages')),
                ('tax_rate', models.DecimalField(decimal_places=4, default=Decimal('0.10'), max_digits=5, verbose_name='tax rate')),
                ('is_tax_included', models.BooleanField(default=False, verbose_name='tax included')),
                ('is_confirmed', models.BooleanField(default=False, help_text="Every figure was read in LINE's own price list.", verbose_name='confirmed')),
                ('source', models.TextField(verbose_name='source')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_tables', to='billing.plan', verbose_name='LINE plan')),
            ],
            options={
                'verbose_name': 'price table',
                'verbose_name_plural': 'price tables',
                'ordering': ['plan', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'valid_from'), name='price_table_once'), models.CheckConstraint(condition=models.Q(('valid_from__day', 1)), name='price_table_begins_a_month', violation_error_message='Give the first day of a month.'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='price_table_ends_after_it_begins', violation_error_message='The last day is before the first.')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(help_text='First day of a month', verbose_name='valid from')),
                ('additional_limit', models.PositiveIntegerField(blank=True, help_text='As set in LINE Official Account Manager. Empty: no limit of its own.', null=True, verbose_name='limit of extra messages')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='billing.plan', verbose_name='LINE plan')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='accounts.tenant', verbose_name='client')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'ordering': ['tenant', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'valid_from'), name='subscription_once_a_month'), models.CheckConstraint(condition=models.Q(('valid_from__day', 1)), name='subscription_begins_a_month', violation_error_message='Give the first day of a month.')],
            },
        ),
    ]
