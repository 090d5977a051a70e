from django.db import migrations

# In use: an entry was priced by the table, or a client on its plan has booked a month in which it holds.
REFUSE = """
CREATE FUNCTION public.billing_refuse_price_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    still_open text[] := ARRAY['valid_to', 'superseded_by_id', 'superseded_at', 'is_confirmed', 'source'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - still_open = to_jsonb(OLD) - still_open THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM public.billing_ledgerentry WHERE price_table_id = OLD.id) OR EXISTS (
        SELECT FROM public.billing_monthusage AS usage
        WHERE usage.month >= OLD.valid_from AND (OLD.valid_to IS NULL OR usage.month <= OLD.valid_to)
          AND (OLD.tenant_id IS NULL OR usage.tenant_id = OLD.tenant_id)
          AND EXISTS (
            SELECT FROM public.billing_subscription AS subscription
            WHERE subscription.tenant_id = usage.tenant_id AND subscription.plan_id = OLD.plan_id
              AND subscription.valid_from <= usage.month)
    ) THEN
        RAISE EXCEPTION 'a price table in use is never changed; supersede it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER price_tables_in_use_stay BEFORE UPDATE OR DELETE ON public.billing_pricetable
    FOR EACH ROW EXECUTE FUNCTION public.billing_refuse_price_change();
"""
ALLOW = """
DROP TRIGGER price_tables_in_use_stay ON public.billing_pricetable;
DROP FUNCTION public.billing_refuse_price_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_prices_of_2019_of_taiwan_and_of_thailand")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
