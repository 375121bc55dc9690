"""The tablet's schema as numbered steps in one line. A released step never changes."""
