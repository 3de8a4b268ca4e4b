"""The website's chat as its visitors have it: pages, sessions, messages."""
