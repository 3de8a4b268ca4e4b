"""What a figure's value is."""

from enum import StrEnum


class Unit(StrEnum):
    """A whole number, seconds, a part of 1, or any number."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    NUMBER = "number"
