"""One pane a file (stage ⑤)."""
