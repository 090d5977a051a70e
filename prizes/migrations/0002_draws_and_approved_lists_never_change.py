from django.db import migrations

DRAWS = """
CREATE FUNCTION prizes_refuse_draw_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'draws are only ever added' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER draws_only_grow BEFORE UPDATE OR DELETE ON prizes_draw
    FOR EACH ROW EXECUTE FUNCTION prizes_refuse_draw_change();
"""
DRAWS_CHANGE = """
DROP TRIGGER draws_only_grow ON prizes_draw;
DROP FUNCTION prizes_refuse_draw_change();
"""
# What the partner answers is written beside it later; who gets how much is not.
LISTS = """
CREATE FUNCTION prizes_refuse_list_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM prizes_deliverylist AS list WHERE list.id = OLD.list_id AND list.state = 'approved') THEN
        RAISE EXCEPTION 'an approved list never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER approved_lists_never_change
    BEFORE DELETE OR UPDATE OF list_id, entry_id, friend_id, place, reason, identity, points ON prizes_deliveryrow
    FOR EACH ROW EXECUTE FUNCTION prizes_refuse_list_change();
"""
LISTS_CHANGE = """
DROP TRIGGER approved_lists_never_change ON prizes_deliveryrow;
DROP FUNCTION prizes_refuse_list_change();
"""


class Migration(migrations.Migration):
    dependencies = [("prizes", "0001_lotteries_and_point_campaigns")]

    operations = [migrations.RunSQL(DRAWS, DRAWS_CHANGE), migrations.RunSQL(LISTS, LISTS_CHANGE)]
