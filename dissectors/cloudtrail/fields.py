"""The fields of a CloudTrail event as data: name, path, title, description (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, event_type
from thresher.capture.model import Argument, Column, Field, FieldType, Json, Place, Sql, Version
from thresher.dissectors.cloudtrail import derived
from thresher.dissectors.cloudtrail.stored import COLUMNS


def _place(path: str) -> Place:
    return Column(COLUMNS[path]) if path in COLUMNS else Json(path)


def _member(name: str, path: str, title: str, description: str, example: str = "") -> Field:
    """A member of the record, as text."""
    return Field(name, FieldType.STRING, title, description, _place(path), example=example)


def _tree(name: str, path: str, title: str, description: str, example: str = "") -> Field:
    """A subtree of the record as JSON text, or any path below it."""
    return Field(name, FieldType.STRING, title, description, Json(path), Argument.PATH, example=example)


def _sql(
    name: str,
    type_: FieldType,
    title: str,
    description: str,
    expression: str,
    *,
    is_list: bool = False,
    example: str = "",
) -> Field:
    return Field(name, type_, title, description, Sql(expression), is_list=is_list, example=example)


CALL: tuple[Field, ...] = (
    _member("ct.id", "eventID", "Event ID", "Identifier that AWS gave the event."),
    _member("ct.name", "eventName", "API call", "Name of the API call.", 'ct.name == "CreateAccessKey"'),
    _member("ct.src", "eventSource", "Service", "Host name of the service that was called."),
    _sql(
        "ct.shortsrc",
        FieldType.STRING,
        "Service",
        "Service that was called, without the domain.",
        derived.SHORT_SOURCE,
        example='ct.shortsrc == "iam"',
    ),
    _member("ct.region", "awsRegion", "Region", "Region that handled the call."),
    _member(
        "ct.time", "eventTime", "Event time", "Time of the call as the record spells it; compare evt.time instead."
    ),
    _member(
        "ct.eventtype", "eventType", "Kind", "What made the record: an API call, a sign-in, a service, an insight."
    ),
    _member("ct.eventcategory", "eventCategory", "Category", "Management, Data, NetworkActivity or Insight."),
    _member("ct.version", "eventVersion", "Record version", "Version of the record's format."),
    _member("ct.apiversion", "apiVersion", "API version", "Version of the API that was called."),
    _member("ct.requestid", "requestID", "Request ID", "Identifier that the service gave the request."),
    _member(
        "ct.sharedeventid",
        "sharedEventID",
        "Shared ID",
        "Identifier that links the records of one action in several accounts.",
    ),
    _member(
        "ct.readonly",
        "readOnly",
        "Read only",
        "Whether the call only reads, 'true' or 'false', as AWS classed it.",
        'ct.readonly == "false"',
    ),
    _sql(
        "ct.managementevent",
        FieldType.STRING,
        "Management",
        "Whether this is a management event, 'true' or 'false', told from the category where the record does not say.",
        derived.MANAGEMENT_EVENT,
    ),
    _member("ct.recipientaccountid", "recipientAccountId", "Recipient", "Account that received the record."),
    _sql("ct.where", FieldType.STRING, "Where", "Account and region, as 'account/region'.", derived.WHERE),
    _sql(
        "ct.info",
        FieldType.STRING,
        "Info",
        "One line: who, from where, ← read or → changed, what, to what; ! failed.",
        derived.INFO,
    ),
)

OUTCOME: tuple[Field, ...] = (
    _member("ct.error", "errorCode", "Error", "Error code of a call that failed.", "ct.error"),
    _member("ct.errormessage", "errorMessage", "Error message", "What the service said about the failure."),
    _sql(
        "ct.outcome",
        FieldType.STRING,
        "Outcome",
        "How the call ended: ok, denied, throttled, not-found or error.",
        derived.OUTCOME,
        example='ct.outcome == "denied"',
    ),
)

IDENTITY: tuple[Field, ...] = (
    _sql(
        "ct.user",
        FieldType.STRING,
        "User",
        "Who called: the user, the role behind a session, the service, or the foreign account.",
        derived.USER,
        example='ct.user == "alice"',
    ),
    _sql(
        "ct.originaluser",
        FieldType.STRING,
        "Original user",
        "Session name of an assumed role, the user name of everybody else.",
        derived.ORIGINAL_USER,
    ),
    _sql(
        "ct.user.accountid",
        FieldType.STRING,
        "Account",
        "Account of the caller, else of the recipient.",
        derived.ACCOUNT,
    ),
    _member(
        "ct.user.identitytype",
        "userIdentity.type",
        "Identity",
        "Kind of identity: Root, IAMUser, AssumedRole and so on.",
    ),
    _member(
        "ct.user.principalid",
        "userIdentity.principalId",
        "Principal ID",
        "Unique identifier of the caller, with the session name of a role.",
    ),
    _member("ct.user.arn", "userIdentity.arn", "User ARN", "ARN of the caller."),
    _member(
        "ct.user.accesskeyid",
        "userIdentity.accessKeyId",
        "Access key",
        "Access key that signed the call.",
        'ct.user.accesskeyid == "AKIAIOSFODNN7EXAMPLE"',
    ),
    _sql(
        "ct.user.sessionname",
        FieldType.STRING,
        "Session",
        "Session name of an assumed role or federated user.",
        derived.SESSION_NAME,
    ),
    _member(
        "ct.user.issuer",
        "userIdentity.sessionContext.sessionIssuer.arn",
        "Issuer",
        "ARN of the role or user that the session was issued for.",
    ),
    _member(
        "ct.user.sessiontime",
        "userIdentity.sessionContext.attributes.creationDate",
        "Session start",
        "When the session's credentials were issued.",
    ),
    _member(
        "ct.user.sourceidentity",
        "userIdentity.sessionContext.sourceIdentity",
        "Source identity",
        "Identity that a chain of roles carries along.",
    ),
    _member(
        "ct.user.invokedby", "userIdentity.invokedBy", "Invoked by", "Service that called on the identity's behalf."
    ),
    _member(
        "ct.user.onbehalfof",
        "userIdentity.onBehalfOf.userId",
        "On behalf of",
        "Identity Center user on whose behalf the call was made.",
    ),
    _sql("ct.mfa", FieldType.BOOL, "MFA", "Whether the session or sign-in was made with a second factor.", derived.MFA),
    _member(
        "ct.sessioncredentialfromconsole",
        "sessionCredentialFromConsole",
        "From console",
        "'true' where the credentials came from a console session.",
    ),
    _sql(
        "ct.issuedkey",
        FieldType.STRING,
        "Issued key",
        "Access key that the call handed out: temporary credentials, or a new key of a user.",
        derived.ISSUED_KEY,
        example='ct.issuedkey == "ASIAEXAMPLE"',
    ),
    _member(
        "ct.issuedkey.expires",
        "responseElements.credentials.expiration",
        "Key expires",
        "When the temporary credentials that were handed out expire.",
    ),
)

ORIGIN: tuple[Field, ...] = (
    _member(
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
    _member("ct.useragent", "userAgent", "User agent", "Program that made the call, in its own words."),
    _member("ct.vpcendpointid", "vpcEndpointId", "VPC endpoint", "VPC endpoint that the call came through."),
    _member(
        "ct.vpcendpointaccountid", "vpcEndpointAccountId", "Endpoint account", "Account that owns the VPC endpoint."
    ),
    _member("ct.tlsdetails.tlsversion", "tlsDetails.tlsVersion", "TLS version", "TLS version of the request."),
    _member("ct.tlsdetails.ciphersuite", "tlsDetails.cipherSuite", "Cipher suite", "TLS cipher suite of the request."),
    _member("ct.tlsdetails.keyexchange", "tlsDetails.keyExchange", "Key exchange", "TLS key exchange of the request."),
    _member(
        "ct.tlsdetails.clientprovidedhostheader",
        "tlsDetails.clientProvidedHostHeader",
        "Host header",
        "Host name that the client asked for.",
    ),
    _member(
        "ct.edgedevicedetails", "edgeDeviceDetails", "Edge device", "Edge device that the request was for, as JSON."
    ),
)

REQUEST: tuple[Field, ...] = (
    _tree(
        "ct.request",
        "requestParameters",
        "Request",
        "Parameters of the call as JSON, or any path in them.",
        example='ct.request.bucketName == "backups"',
    ),
    _member(
        "ct.request.availabilityzone", "requestParameters.availabilityZone", "Zone", "Availability zone in the request."
    ),
    _member("ct.request.cluster", "requestParameters.cluster", "Cluster", "Cluster in the request."),
    _member("ct.request.functionname", "requestParameters.functionName", "Function", "Lambda function in the request."),
    _member("ct.request.groupname", "requestParameters.groupName", "Group", "Group in the request."),
    _member("ct.request.host", "requestParameters.Host", "Host", "Host in the request."),
    _member("ct.request.name", "requestParameters.name", "Name", "Name of what the request is about."),
    _member("ct.request.policy", "requestParameters.policy", "Policy", "Policy in the request."),
    _member("ct.request.reason", "requestParameters.reason", "Reason", "Reason that the request gives."),
    _member("ct.request.target", "requestParameters.target", "Target", "Target in the request."),
    _member(
        "ct.request.documentname",
        "requestParameters.documentName",
        "Document",
        "Systems Manager document in the request.",
    ),
    _member(
        "ct.request.serialnumber",
        "requestParameters.serialNumber",
        "Serial number",
        "Serial number in the request, as of an MFA device.",
    ),
    _member("ct.request.servicename", "requestParameters.serviceName", "Service name", "Service in the request."),
    _member("ct.request.subnetid", "requestParameters.subnetId", "Subnet", "Subnet in the request."),
    _member("ct.request.taskdefinition", "requestParameters.taskDefinition", "Task", "Task definition in the request."),
    _member("ct.request.username", "requestParameters.userName", "User name", "User that the request is about."),
    _member(
        "ct.request.accesskeyid",
        "requestParameters.accessKeyId",
        "Requested key",
        "Access key that the request is about.",
    ),
    _tree(
        "ct.response",
        "responseElements",
        "Response",
        "Response to the call as JSON, or any path in it.",
        example='ct.response.ConsoleLogin == "Failure"',
    ),
    _member("ct.response.subnetid", "responseElements.subnetId", "Response subnet", "Subnet in the response."),
    _member(
        "ct.response.reservationid", "responseElements.reservationId", "Reservation", "Reservation in the response."
    ),
    _sql(
        "ct.resource",
        FieldType.STRING,
        "Resource",
        "What the call was about: an object, bucket, user, role, instance, whatever the request names first.",
        derived.RESOURCE,
    ),
    _sql(
        "ct.resource.arns",
        FieldType.STRING,
        "Resource ARNs",
        "ARNs of all resources that the record lists.",
        derived.RESOURCE_ARNS,
        is_list=True,
    ),
    _tree("ct.resources", "resources", "Resources", "Resources that the record lists, as JSON."),
    _tree(
        "ct.additionaleventdata",
        "additionalEventData",
        "Additional data",
        "What the service added to the record, as JSON, or any path in it.",
    ),
    _tree(
        "ct.serviceeventdetails",
        "serviceEventDetails",
        "Service event",
        "What triggered a service event and how it ended, as JSON, or any path in it.",
    ),
    _tree(
        "ct.insightdetails",
        "insightDetails",
        "Insight",
        "Unusual activity that an insight event reports, as JSON, or any path in it.",
    ),
    _member("ct.addendum.reason", "addendum.reason", "Addendum", "Why a record was delivered late or once more."),
    _member(
        "ct.addendum.updatedfields", "addendum.updatedFields", "Updated fields", "Members that the addendum corrects."
    ),
    _member(
        "ct.addendum.originalrequestid",
        "addendum.originalRequestID",
        "Original request",
        "Request ID of the record that the addendum corrects.",
    ),
    _member(
        "ct.addendum.originaleventid",
        "addendum.originalEventID",
        "Original event",
        "Event ID of the record that the addendum corrects.",
    ),
    _sql("ct.record", FieldType.STRING, "Record text", "Exact text of the record.", "e.raw"),
    Field(
        "ct.json",
        FieldType.STRING,
        "Member",
        "Any path in the record, as 'ct.json.tlsDetails.tlsVersion'.",
        Json(None),
        Argument.PATH,
        argument_required=True,
        aliases=("ct.raw",),
        example='ct.json.userIdentity.type == "Root"',
    ),
)

SERVICES: tuple[Field, ...] = (
    _sql("s3.uri", FieldType.STRING, "S3 URI", "Bucket and key, as 's3://bucket/key'.", derived.URI),
    _member("s3.bucket", "requestParameters.bucketName", "Bucket", "S3 bucket in the request."),
    _member("s3.key", "requestParameters.key", "Key", "S3 object key in the request."),
    _sql(
        "s3.bytes",
        FieldType.UINT,
        "Bytes",
        "Bytes transferred in both directions.",
        derived.BYTES,
        example="s3.bytes > 1000000",
    ),
    Field("s3.bytes.in", FieldType.UINT, "Bytes in", "Bytes uploaded.", Column("bytes_in")),
    Field("s3.bytes.out", FieldType.UINT, "Bytes out", "Bytes downloaded.", Column("bytes_out")),
    _sql(
        "s3.cnt.get",
        FieldType.UINT,
        "Gets",
        "1 for GetObject, 0 for all other calls, to be summed.",
        derived.count_of("GetObject"),
    ),
    _sql(
        "s3.cnt.put",
        FieldType.UINT,
        "Puts",
        "1 for PutObject, 0 for all other calls, to be summed.",
        derived.count_of("PutObject"),
    ),
    _sql(
        "s3.cnt.other",
        FieldType.UINT,
        "Others",
        "0 for GetObject and PutObject, 1 for all other calls, to be summed.",
        derived.count_of("GetObject", "PutObject", negated=True),
    ),
    _sql(
        "ec2.name",
        FieldType.STRING,
        "Instance name",
        "Name tag given to instances in the request.",
        derived.INSTANCE_NAME,
    ),
    Field(
        "ec2.imageid",
        FieldType.STRING,
        "Image",
        "First image of the instances involved.",
        Sql(derived.IMAGE_ID),
        deprecated="use ec2.imageids[0]",
    ),
    Field(
        "ec2.imageids",
        FieldType.STRING,
        "Images",
        "Images of the instances that were started, else those in the request.",
        Sql(derived.IMAGE_IDS),
        Argument.INDEX,
        is_list=True,
    ),
    _member(
        "ecr.repository", "requestParameters.repositoryName", "Repository", "Container image repository in the request."
    ),
    _member("ecr.imagetag", "requestParameters.imageTag", "Image tag", "Container image tag in the request."),
    _member("iam.role", "requestParameters.roleName", "Role", "IAM role in the request."),
    _member("iam.policy", "requestParameters.policyName", "Policy name", "IAM policy in the request."),
)

FIELDS: tuple[Field, ...] = (
    *TIME_FIELDS,
    event_type(Column("event_name")),
    *CALL,
    *OUTCOME,
    *IDENTITY,
    *ORIGIN,
    *REQUEST,
    *SERVICES,
)
