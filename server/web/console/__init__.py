"""The console: where plans are made and approved, visits looked at, tablets and people kept."""
