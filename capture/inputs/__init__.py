"""Where bytes come from (stage ①): files, folders and pipes, inflated and spooled; knows no format's content."""
