"""Writes selected events to a file of their own (stage ⑤): a part of a capture, or raw records of a log."""
