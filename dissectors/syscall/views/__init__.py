"""Views of system call captures, one TOML file each; read by stage ⑤ through the entry point group thresher.views."""
