"""The dissectors that come with Thresher, one folder each, found by entry point like a stranger's (stage ②)."""
