"""Telling people: what a message says and the channels that carry it. Never what was found."""
