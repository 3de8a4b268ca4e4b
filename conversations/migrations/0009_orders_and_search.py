"""What the inbox's orders, filters and search read: indexes only, made without holding anybody up.

Search on PostgreSQL: `monty_document` makes words of a text, by a configuration that takes case and (where the
extension can be had) accents off. Each index is on exactly the expression that `conversations.models.finding` asks for.
"""

import datetime

import django.db.models.functions.comparison
from django.db import Error, migrations, models, transaction

from monty.indexes import AddIndexQuietly

# The parser of PostgreSQL takes addresses, paths and numbers with signs for one word; between spaces they are several.
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION monty (COPY = simple);
"""
WITHOUT_ACCENTS = """
ALTER TEXT SEARCH CONFIGURATION monty
    ALTER MAPPING FOR word, numword, hword, hword_part, hword_numpart, numhword WITH unaccent, simple
"""
# More than a megabyte of words is an error to PostgreSQL; the longest text must not keep its message from being stored.
# Its body is parsed now, so that it finds the configuration whatever the search path is when a dump is restored.
DOCUMENT = """
CREATE FUNCTION monty_document(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('monty'::regconfig, translate(left(words, 100000), %s, %s))
"""
INDEXES = {
    "message_words": "conversations_message USING gin (monty_document(text))",
    "contact_words": "conversations_contact USING gin (monty_document(name || ' ' || email || ' ' || phone))",
    "identity_words": "conversations_identity USING gin (monty_document(username || ' ' || external_id))",
    "alias_words": "conversations_alias USING gin (monty_document(external_id))",
}


def search(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS monty_document CASCADE")
        cursor.execute("DROP TEXT SEARCH CONFIGURATION IF EXISTS monty")
        cursor.execute(CONFIGURATION)
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
                cursor.execute(WITHOUT_ACCENTS)
        except Error:
            # Not installed on the server, or not ours to create: accents count, everything else is the same.
            pass
        cursor.execute(DOCUMENT, [PUNCTUATION, " " * len(PUNCTUATION)])
        for name, columns in INDEXES.items():
            # A run that was interrupted leaves an index behind that is not valid.
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {columns}")


def no_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS monty_document CASCADE")
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION IF EXISTS monty")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0008_views_and_bulk")]

    operations = [
        AddIndexQuietly(
            model_name='conversation',
            index=models.Index(django.db.models.functions.comparison.Coalesce('waiting_since', models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), output_field=models.DateTimeField())), models.F('id'), condition=models.Q(('state__in', ['open', 'assigned', 'reopened'])), name='conversation_by_waiting'),
        ),
        AddIndexQuietly(
            model_name='conversation',
            index=models.Index(models.Case(models.When(then=django.db.models.functions.comparison.Coalesce('window_until', models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), output_field=models.DateTimeField())), window_shut=False), default=models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), output_field=models.DateTimeField())), models.F('id'), condition=models.Q(('state__in', ['open', 'assigned', 'reopened'])), name='conversation_by_window'),
        ),
        AddIndexQuietly(
            model_name='conversation',
            index=models.Index(condition=models.Q(('unread__gt', 0)), fields=['-last_message_at', '-id'], name='conversation_unread'),
        ),
        AddIndexQuietly(
            model_name='conversation',
            index=models.Index(condition=models.Q(('priority', 2), _negated=True), fields=['priority', '-last_message_at', '-id'], name='conversation_by_priority'),
        ),
        migrations.RunPython(search, no_search),
    ]
