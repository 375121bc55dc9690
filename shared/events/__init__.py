"""Trace events: what a tablet records of a visit, one fact at a time. No I/O."""
