"""Tests of the shared domain: no clock, no network, no files."""
