"""Following a stream (stage ⑤): what was said on one connection, pipe or file, in order, and by whom."""

from thresher.capture.follow.lines import Line, hex_lines, text_lines
from thresher.capture.follow.stream import Direction, End, Piece, Stream, assemble

__all__ = ["Direction", "End", "Line", "Piece", "Stream", "assemble", "hex_lines", "text_lines"]
