"""The fields of a CloudTrail event as data: name, path, title, description (stage ②)."""

from __future__ import annotations

from thresher.capture.credentials import chain_fields
from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.keyed import address_fields
from thresher.capture.model import Column, Field, FieldType, Version
from thresher.dissectors.cloudtrail import derived, keys
from thresher.dissectors.cloudtrail.contents import REQUEST, SERVICES
from thresher.dissectors.cloudtrail.declaring import expression, member, tree

CALL: tuple[Field, ...] = (
    member("ct.id", "eventID", "Event ID", "Identifier that AWS gave the event."),
    member("ct.name", "eventName", "API call", "Name of the API call.", 'ct.name == "CreateAccessKey"'),
    member("ct.src", "eventSource", "Service", "Host name of the service that was called."),
    expression(
        "ct.shortsrc",
        FieldType.STRING,
        "Service",
        "Service that was called, without the domain.",
        derived.SHORT_SOURCE,
        example='ct.shortsrc == "iam"',
    ),
    member("ct.region", "awsRegion", "Region", "Region that handled the call."),
    member("ct.time", "eventTime", "Event time", "Time of the call as the record spells it; compare evt.time instead."),
    member("ct.eventtype", "eventType", "Kind", "What made the record: an API call, a sign-in, a service, an insight."),
    member("ct.eventcategory", "eventCategory", "Category", "Management, Data, NetworkActivity or Insight."),
    member("ct.version", "eventVersion", "Record version", "Version of the record's format."),
    expression(
        "ct.version.major", FieldType.UINT, "Major version", "Record version before the point.", derived.VERSION_MAJOR
    ),
    expression(
        "ct.version.minor",
        FieldType.UINT,
        "Minor version",
        "Record version behind the point as a number: 10 is newer than 9.",
        derived.VERSION_MINOR,
        example="ct.version.minor >= 8",
    ),
    member("ct.apiversion", "apiVersion", "API version", "Version of the API that was called."),
    member("ct.requestid", "requestID", "Request ID", "Identifier that the service gave the request."),
    member(
        "ct.sharedeventid",
        "sharedEventID",
        "Shared ID",
        "Identifier that links the records of one action in several accounts.",
    ),
    member(
        "ct.readonly",
        "readOnly",
        "Read only",
        "Whether the call only reads, 'true' or 'false', as AWS classed it.",
        'ct.readonly == "false"',
    ),
    expression(
        "ct.access",
        FieldType.STRING,
        "Access",
        "What the call does: read, write, or administrative where it changes who may do what or what is recorded; told "
        "from its name where the record is silent.",
        derived.ACCESS,
        example='ct.access == "administrative"',
    ),
    expression(
        "ct.tactic",
        FieldType.STRING,
        "Tactic",
        "MITRE ATT&CK tactics that the call serves in an attack; an ordinary call has none.",
        derived.TACTIC,
        is_list=True,
        example='ct.tactic == "persistence"',
    ),
    expression(
        "ct.managementevent",
        FieldType.STRING,
        "Management",
        "Whether this is a management event, 'true' or 'false', told from the category where the record does not say.",
        derived.MANAGEMENT_EVENT,
    ),
    member("ct.recipientaccountid", "recipientAccountId", "Recipient", "Account that received the record."),
    expression("ct.where", FieldType.STRING, "Where", "Account and region, as 'account/region'.", derived.WHERE),
    expression(
        "ct.info",
        FieldType.STRING,
        "Info",
        "One line: who, from where, ← read or → changed, what, to what; ! failed.",
        derived.INFO,
    ),
)

OUTCOME: tuple[Field, ...] = (
    member("ct.error", "errorCode", "Error", "Error code of a call that failed.", "ct.error"),
    member("ct.errormessage", "errorMessage", "Error message", "What the service said about the failure."),
    expression(
        "ct.outcome",
        FieldType.STRING,
        "Outcome",
        "How the call ended: ok, denied, throttled, not-found or error.",
        derived.OUTCOME,
        example='ct.outcome == "denied"',
    ),
)

IDENTITY: tuple[Field, ...] = (
    expression(
        "ct.user",
        FieldType.STRING,
        "User",
        "Who called: the user, the role behind a session, the service, or the foreign account.",
        derived.USER,
        example='ct.user == "alice"',
    ),
    expression(
        "ct.originaluser",
        FieldType.STRING,
        "Original user",
        "Session name of an assumed role, the user name of everybody else.",
        derived.ORIGINAL_USER,
    ),
    expression(
        "ct.user.accountid",
        FieldType.STRING,
        "Account",
        "Account of the caller, else of the recipient.",
        derived.ACCOUNT,
    ),
    member(
        "ct.user.identitytype",
        "userIdentity.type",
        "Identity",
        "Kind of identity: Root, IAMUser, AssumedRole and so on.",
    ),
    member(
        "ct.user.principalid",
        "userIdentity.principalId",
        "Principal ID",
        "Unique identifier of the caller, with the session name of a role.",
    ),
    member("ct.user.arn", "userIdentity.arn", "User ARN", "ARN of the caller."),
    member(
        "ct.user.accesskeyid",
        "userIdentity.accessKeyId",
        "Access key",
        "Access key that signed the call.",
        'ct.user.accesskeyid == "AKIAIOSFODNN7EXAMPLE"',
    ),
    expression(
        "ct.user.keyaccount",
        FieldType.STRING,
        "Key's account",
        "Account that the access key belongs to, as encoded in the key; absent for keys from before 2019.",
        keys.KEY_ACCOUNT,
        example='ct.user.keyaccount == "111122223333"',
    ),
    expression(
        "ct.user.keykind",
        FieldType.STRING,
        "Key kind",
        "Kind of credential: long-term (AKIA), temporary (ASIA), or console where a signed-in browser was used.",
        keys.KEY_KIND,
        example='ct.user.keykind == "long-term"',
    ),
    expression(
        "ct.user.sessionname",
        FieldType.STRING,
        "Session",
        "Session name of an assumed role or federated user.",
        derived.SESSION_NAME,
    ),
    member(
        "ct.user.issuer",
        "userIdentity.sessionContext.sessionIssuer.arn",
        "Issuer",
        "ARN of the role or user that the session was issued for.",
    ),
    member(
        "ct.user.sessiontime",
        "userIdentity.sessionContext.attributes.creationDate",
        "Session start",
        "When the session's credentials were issued.",
    ),
    member(
        "ct.user.sourceidentity",
        "userIdentity.sessionContext.sourceIdentity",
        "Source identity",
        "Identity that a chain of roles carries along.",
    ),
    member(
        "ct.user.invokedby", "userIdentity.invokedBy", "Invoked by", "Service that called on the identity's behalf."
    ),
    member(
        "ct.user.onbehalfof",
        "userIdentity.onBehalfOf.userId",
        "On behalf of",
        "Identity Center user on whose behalf the call was made.",
    ),
    member(
        "ct.user.identitystore",
        "userIdentity.onBehalfOf.identityStoreArn",
        "Identity store",
        "Identity store of the user on whose behalf the call was made.",
    ),
    member(
        "ct.user.identityprovider",
        "userIdentity.identityProvider",
        "Identity provider",
        "Provider that vouched for a SAML or web identity.",
    ),
    member(
        "ct.user.credentialid",
        "userIdentity.credentialId",
        "Credential ID",
        "Credential of a call that an Identity Center user made with a bearer token.",
    ),
    member(
        "ct.user.ec2roledelivery",
        "userIdentity.sessionContext.ec2RoleDelivery",
        "Role delivery",
        "Metadata service that gave an instance its credentials: 1.0 or 2.0.",
        'ct.user.ec2roledelivery == "1.0"',
    ),
    tree(
        "ct.user.inscopeof",
        "userIdentity.inScopeOf",
        "In scope of",
        "Resource that the credentials were issued to, as JSON, or any path in it.",
    ),
    expression(
        "ct.mfa", FieldType.BOOL, "MFA", "Whether the session or sign-in was made with a second factor.", derived.MFA
    ),
    member(
        "ct.sessioncredentialfromconsole",
        "sessionCredentialFromConsole",
        "From console",
        "'true' where the credentials came from a console session.",
    ),
    expression(
        "ct.issuedkey",
        FieldType.STRING,
        "Issued key",
        "Access key that the call handed out: temporary credentials, or a new key of a user.",
        derived.ISSUED_KEY,
        example='ct.issuedkey == "ASIAEXAMPLE"',
    ),
    expression(
        "ct.issuedkey.expires",
        FieldType.TIME,
        "Key expires",
        "When the temporary credentials that were handed out expire.",
        keys.EXPIRES_NS,
        example='ct.issuedkey.expires > "2026-11-23 08:00:00"',
    ),
    expression(
        "ct.issuedkey.account",
        FieldType.STRING,
        "Issued key's account",
        "Account of the key that was handed out, as encoded in it.",
        keys.ISSUED_KEY_ACCOUNT,
    ),
    *chain_fields("ct.chain", keys.CREDENTIALS),
)

ORIGIN: tuple[Field, ...] = (
    member(
        "ct.srcip",
        "sourceIPAddress",
        "Source",
        "Address or AWS service that the call came from, as recorded.",
        'ct.srcip == "203.0.113.7"',
    ),
    Field(
        "ct.srcaddress",
        FieldType.IP,
        "Source address",
        "Address that the call came from, absent where a service called.",
        Version("addresses", "ip"),
        example="ct.srcaddress == 203.0.113.0/24",
    ),
    Field(
        "ct.srckind",
        FieldType.STRING,
        "Source kind",
        "What the source is: address, service, internal, or other where it is spelt like none of them.",
        Version("addresses", "kind"),
    ),
    *address_fields("ct.src", "Source", "e.src_ip"),
    member("ct.useragent", "userAgent", "User agent", "Program that made the call, in its own words."),
    member("ct.vpcendpointid", "vpcEndpointId", "VPC endpoint", "VPC endpoint that the call came through."),
    member(
        "ct.vpcendpointaccountid", "vpcEndpointAccountId", "Endpoint account", "Account that owns the VPC endpoint."
    ),
    member("ct.tlsdetails.tlsversion", "tlsDetails.tlsVersion", "TLS version", "TLS version of the request."),
    member("ct.tlsdetails.ciphersuite", "tlsDetails.cipherSuite", "Cipher suite", "TLS cipher suite of the request."),
    member("ct.tlsdetails.keyexchange", "tlsDetails.keyExchange", "Key exchange", "TLS key exchange of the request."),
    member(
        "ct.tlsdetails.clientprovidedhostheader",
        "tlsDetails.clientProvidedHostHeader",
        "Host header",
        "Host name that the client asked for.",
    ),
    member(
        "ct.edgedevicedetails", "edgeDeviceDetails", "Edge device", "Edge device that the request was for, as JSON."
    ),
)

DELIVERY: tuple[Field, ...] = delivery("ct")

FIELDS: tuple[Field, ...] = (
    *TIME_FIELDS,
    event_type(Column("event_name")),
    *CALL,
    *OUTCOME,
    *IDENTITY,
    *ORIGIN,
    *REQUEST,
    *SERVICES,
    *DELIVERY,
)
