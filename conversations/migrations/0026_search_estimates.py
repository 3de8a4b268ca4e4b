"""Let PostgreSQL know more words of the messages, so that it foresees how few have a seldom one.

By its usual 100 it remembers a thousand words, and takes every other for so frequent that it reads all conversations
instead of looking up the one that has it. What is known is renewed by the next ANALYZE, which autovacuum does.
"""

from django.db import migrations

INDEX = "message_words"
# Hundreds of words that are remembered.
REMEMBERED = 1000


def remember(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS {REMEMBERED}")


def remember_less(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS -1")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0025_imports")]
    operations = [migrations.RunPython(remember, remember_less)]
