"""Which members of a CloudTrail record become columns at ingest: what responders filter and group by (stage ②)."""

from __future__ import annotations

_CREDENTIALS = "responseElements.credentials"
_SESSION = "userIdentity.sessionContext"

STORED: tuple[tuple[str, str, str], ...] = (
    ("event_id", "VARCHAR", "eventID"),
    ("event_source", "VARCHAR", "eventSource"),
    ("event_name", "VARCHAR", "eventName"),
    ("region", "VARCHAR", "awsRegion"),
    ("src_ip", "VARCHAR", "sourceIPAddress"),
    ("user_agent", "VARCHAR", "userAgent"),
    ("error_code", "VARCHAR", "errorCode"),
    ("error_message", "VARCHAR", "errorMessage"),
    ("response_error", "VARCHAR", "responseElements.errorCode"),
    ("console_login", "VARCHAR", "responseElements.ConsoleLogin"),
    ("switch_role", "VARCHAR", "responseElements.SwitchRole"),
    ("check_mfa", "VARCHAR", "responseElements.CheckMfa"),
    ("user_authentication", "VARCHAR", "serviceEventDetails.UserAuthentication"),
    ("credential_verification", "VARCHAR", "serviceEventDetails.CredentialVerification"),
    ("read_only", "VARCHAR", "readOnly"),
    ("management_event", "VARCHAR", "managementEvent"),
    ("event_type", "VARCHAR", "eventType"),
    ("event_category", "VARCHAR", "eventCategory"),
    ("recipient_account_id", "VARCHAR", "recipientAccountId"),
    ("user_type", "VARCHAR", "userIdentity.type"),
    ("user_name", "VARCHAR", "userIdentity.userName"),
    ("user_arn", "VARCHAR", "userIdentity.arn"),
    ("principal_id", "VARCHAR", "userIdentity.principalId"),
    ("account_id", "VARCHAR", "userIdentity.accountId"),
    ("access_key_id", "VARCHAR", "userIdentity.accessKeyId"),
    ("invoked_by", "VARCHAR", "userIdentity.invokedBy"),
    ("issuer_name", "VARCHAR", f"{_SESSION}.sessionIssuer.userName"),
    ("issuer_arn", "VARCHAR", f"{_SESSION}.sessionIssuer.arn"),
    ("source_identity", "VARCHAR", f"{_SESSION}.sourceIdentity"),
    ("mfa_session", "VARCHAR", f"{_SESSION}.attributes.mfaAuthenticated"),
    ("mfa_sign_in", "VARCHAR", "additionalEventData.MFAUsed"),
    ("sign_in_name", "VARCHAR", "additionalEventData.UserName"),
    ("on_behalf_of", "VARCHAR", "userIdentity.onBehalfOf.userId"),
    ("bucket", "VARCHAR", "requestParameters.bucketName"),
    ("object_key", "VARCHAR", "requestParameters.key"),
    ("bytes_in", "UBIGINT", "additionalEventData.bytesTransferredIn"),
    ("bytes_out", "UBIGINT", "additionalEventData.bytesTransferredOut"),
    ("issued_session_key", "VARCHAR", f"{_CREDENTIALS}.accessKeyId"),
    ("issued_user_key", "VARCHAR", "responseElements.accessKey.accessKeyId"),
    ("requested_key", "VARCHAR", "requestParameters.accessKeyId"),
    ("from_console", "VARCHAR", "sessionCredentialFromConsole"),
    ("shared_event_id", "VARCHAR", "sharedEventID"),
    ("aggregated_account", "VARCHAR", "accountId"),
)
"""Column, DuckDB type, path; a value that does not fit the type is NULL."""

COLUMNS: dict[str, str] = {path: column for column, _, path in STORED}
"""Path to column."""
