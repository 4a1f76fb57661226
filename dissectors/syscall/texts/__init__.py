"""Readers of texts that tell of system calls, turned into scap blocks for the dissector's kernel; stage ①."""
