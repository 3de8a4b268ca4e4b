"""Words by which a customer asks for a person, whatever the flow is just asking."""

import re

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# Who writes more than so many words is telling something, not asking for somebody.
SHORT = 10
WORD = re.compile(r"\w+")


class HumanWordQuerySet(models.QuerySet["HumanWord"]):
    def asked_for_in(self, text: str) -> bool:
        """Whether one of them is said in a short message. In any language: customers write in theirs."""
        said = words_of(text)
        if not 0 < len(said) <= SHORT:
            return False
        return any(says(said, words_of(word)) for word in self.values_list("word", flat=True))


class HumanWord(models.Model):
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    word = models.CharField(_("word"), max_length=60, help_text=_("One or several whole words; case does not count."))

    objects = HumanWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("word that asks for a person")
        verbose_name_plural = _("words that ask for a person")
        ordering = ["language", "word"]
        constraints = [models.UniqueConstraint("language", Lower("word"), name="human_word_once")]

    def __str__(self) -> str:
        return self.word


def words_of(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def says(said: list[str], wanted: list[str]) -> bool:
    """Whether these words stand in it, one after the other."""
    length = len(wanted)
    return bool(wanted) and any(said[place : place + length] == wanted for place in range(len(said)))
