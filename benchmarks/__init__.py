"""Measurements against named peers in the same run: CPU seconds beside wall, memory as anonymous RSS."""
