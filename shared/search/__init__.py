"""Searching Chinese text: windows of two characters, initials of pinyin, synonyms. Pure.

Tablet and console search with the same words, so that an officer and a planner find the same by
the same. What stores and ranks is elsewhere: FTS5 in the tablet's encrypted store, `ranking` for
a list in memory. An index keeps `indexed(...)`; a query is made by `read_query` and tried step by
step, the strictest first. tests/search holds the labelled queries.
"""
