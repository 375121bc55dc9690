"""Tests of Mingcha, mirroring the rooms they test."""
