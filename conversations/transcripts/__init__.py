"""A conversation to take along: by mail, as text, on paper."""
