"""Tests over real processes, and the demonstration that they share."""
