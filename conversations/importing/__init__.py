"""Contacts and conversations from another program: a file is looked at, shown as it would be, and then taken in.

`source` reads a file's records, `chatwoot` puts those of Chatwoot into Monty's own shape, `look` takes values out of a
record and notes what is wrong, `cards` and `history` are the two kinds, `work` goes through a file chunk by chunk. No
record is trusted: whatever stands in a file, it is taken, or refused with a sentence.
"""
