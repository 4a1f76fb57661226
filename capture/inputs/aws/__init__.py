"""Brings CloudTrail from S3, LookupEvents and SQS into a local folder, which then opens like any other (stage ①)."""
