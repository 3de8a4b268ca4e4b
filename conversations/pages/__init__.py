"""The inbox's pages, and the parts of them that are fetched again."""
