"""The terminal (stage ⑤): screens on the public API of ``thresher.capture``."""
