"""Inspection plans as the rules see them. Pure: what is known comes in as Facts."""
