from django.db import migrations

KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))

# Characters of the second text without one in the third are left out: the space.
FOLDED = f"""
CREATE FUNCTION friends_folded(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(normalize(name, NFKC)), '{KATAKANA} ', '{HIRAGANA}')"""
GRAMS = """
CREATE FUNCTION friends_grams(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT substr(folded, place, size)
             FROM generate_series(1, length(folded)) AS place, generate_series(1, 2) AS size)"""


class Migration(migrations.Migration):
    dependencies = [("friends", "0002_what_a_reply_is_about")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION friends_folded(text)"),
        migrations.RunSQL(GRAMS, "DROP FUNCTION friends_grams(text)"),
    ]
