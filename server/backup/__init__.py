"""Backups: the database and the evidence in one folder, the keys in another, and the way back.

`taking.take` writes one while the server runs; `putting_back.put_back` makes a server of one. What
a restored server must not do again as if nothing had happened stands in `rules`.
"""
