"""One screen a file (stage ⑤)."""
