"""Reports: what happened, in numbers that can be opened. See docs/reports.md.

events -> episodes (of one conversation) -> facts (of its episodes) -> measuring keeps them up -> rollups, by month
question (by forms) -> queries (roll-ups, facts for the rest) -> a report of `each/` -> table -> page, CSV, REST, mail
"""
