"""Tests of the tablet application, on real Kivy without a display."""
