"""Tests of the server, over SQLite and, where it matters, PostgreSQL."""
