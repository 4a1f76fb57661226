"""The command line (stage ⑤): data on stdout, everything else on stderr."""
