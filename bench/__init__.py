"""Benchmarks (`make bench`). They share helpers with the tests, some of which know Django."""

import os

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")
