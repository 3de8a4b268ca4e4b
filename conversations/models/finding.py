"""The question "are these words in these columns?", put to either database."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func

from conversations import words as rule
from conversations.words import Words


class Finds(Func):
    """True where the columns, one after the other, have the words (`conversations.words`).

    On PostgreSQL by full text: the expression is that of the index for these columns (migration 0009), the search
    configuration `monty` takes case and accents off. On SQLite the rule itself is called for one row after another.
    """

    output_field = BooleanField()
    arg_joiner = " || ' ' || "

    def __init__(self, *columns: str, words: Words, **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.words = words

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "monty_document(%(expressions)s) @@ to_tsquery('monty', %%s)"
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, lexemes(self.words))

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        sql, params = self.as_sql(compiler, connection, template="monty_finds(%(expressions)s, %%s)", **context)
        return sql, (*params, str(self.words))


def lexemes(words: Words) -> str:
    """In the language of `to_tsquery`. The words consist of letters and digits, so there is nothing to escape."""
    return " & ".join([*(f"'{word}'" for word in words.whole), *([f"'{words.begun}':*"] if words.begun else [])])


def teach_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """SQLite has no full text of ours: it calls the rule."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("monty_finds", 2, finds, deterministic=True)


def finds(text: str | None, typed: str) -> bool:
    return rule.parsed(typed).are_in(text or "")
