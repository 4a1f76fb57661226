"""The store (stage ③): columns in DuckDB, the cache they are kept in, and the fields built on first use."""
