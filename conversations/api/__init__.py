"""REST of conversations, contacts and all that is around them."""
