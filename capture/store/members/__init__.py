"""The scanner that takes members out of JSON records, compiled or interpreted (stage ③)."""
