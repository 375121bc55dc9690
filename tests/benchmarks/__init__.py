"""Measurements of what must stay fast; not part of the ordinary test run."""
