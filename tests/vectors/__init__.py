"""Golden vectors of the wire format, from fixed seeds: `python -m tests.vectors` adds new ones.

Another implementation can be checked against the JSON files here. They are promises: they may be
added to, never changed, or tablets in the field and case files in archives stop verifying.
"""
