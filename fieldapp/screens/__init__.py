"""Screens: a .kv file that binds and a thin class that forwards. Nothing is decided here."""
