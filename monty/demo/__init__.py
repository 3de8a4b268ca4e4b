"""A small shop's worth of invented people and conversations, so that every screen has something to show."""
