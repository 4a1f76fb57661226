"""CloudTrail records in tables: readers for CSV and Parquet exports, registered like a stranger's (stage ①)."""
