"""The fields of what a CloudTrail event was about, as data: request, response, resources, services (stage ②)."""

from __future__ import annotations

from thresher.capture.model import Argument, Column, Field, FieldType, Json, Sql
from thresher.dissectors.cloudtrail import derived
from thresher.dissectors.cloudtrail.declaring import expression, member, tree

REQUEST: tuple[Field, ...] = (
    tree(
        "ct.request",
        "requestParameters",
        "Request",
        "Parameters of the call as JSON, or any path in them.",
        example='ct.request.bucketName == "backups"',
    ),
    member(
        "ct.request.availabilityzone", "requestParameters.availabilityZone", "Zone", "Availability zone in the request."
    ),
    member("ct.request.cluster", "requestParameters.cluster", "Cluster", "Cluster in the request."),
    member("ct.request.functionname", "requestParameters.functionName", "Function", "Lambda function in the request."),
    member("ct.request.groupname", "requestParameters.groupName", "Group", "Group in the request."),
    member("ct.request.host", "requestParameters.Host", "Host", "Host in the request."),
    member("ct.request.name", "requestParameters.name", "Name", "Name of what the request is about."),
    member("ct.request.policy", "requestParameters.policy", "Policy", "Policy in the request."),
    member("ct.request.reason", "requestParameters.reason", "Reason", "Reason that the request gives."),
    member("ct.request.target", "requestParameters.target", "Target", "Target in the request."),
    member(
        "ct.request.documentname",
        "requestParameters.documentName",
        "Document",
        "Systems Manager document in the request.",
    ),
    member(
        "ct.request.serialnumber",
        "requestParameters.serialNumber",
        "Serial number",
        "Serial number in the request, as of an MFA device.",
    ),
    member("ct.request.servicename", "requestParameters.serviceName", "Service name", "Service in the request."),
    member("ct.request.subnetid", "requestParameters.subnetId", "Subnet", "Subnet in the request."),
    member("ct.request.taskdefinition", "requestParameters.taskDefinition", "Task", "Task definition in the request."),
    member("ct.request.username", "requestParameters.userName", "User name", "User that the request is about."),
    member(
        "ct.request.accesskeyid",
        "requestParameters.accessKeyId",
        "Requested key",
        "Access key that the request is about.",
    ),
    tree(
        "ct.response",
        "responseElements",
        "Response",
        "Response to the call as JSON, or any path in it.",
        example='ct.response.ConsoleLogin == "Failure"',
    ),
    member(
        "ct.response.errorcode",
        "responseElements.errorCode",
        "Response error",
        "Error code of a call whose failure only the response tells.",
    ),
    member("ct.response.subnetid", "responseElements.subnetId", "Response subnet", "Subnet in the response."),
    member(
        "ct.response.reservationid", "responseElements.reservationId", "Reservation", "Reservation in the response."
    ),
    expression(
        "ct.resource",
        FieldType.STRING,
        "Resource",
        "What the call was about: an object, bucket, user, role, instance, whatever the request names first; of "
        "insights and aggregated events what they say.",
        derived.RESOURCE,
    ),
    expression(
        "ct.resource.arns",
        FieldType.STRING,
        "Resource ARNs",
        "ARNs of all resources that the record lists.",
        derived.RESOURCE_ARNS,
        is_list=True,
    ),
    tree("ct.resources", "resources", "Resources", "Resources that the record lists, as JSON."),
    tree(
        "ct.additionaleventdata",
        "additionalEventData",
        "Additional data",
        "What the service added to the record, as JSON, or any path in it.",
    ),
    tree(
        "ct.serviceeventdetails",
        "serviceEventDetails",
        "Service event",
        "What triggered a service event and how it ended, as JSON, or any path in it.",
    ),
    tree(
        "ct.insightdetails",
        "insightDetails",
        "Insight",
        "Unusual activity that an insight event reports, as JSON, or any path in it.",
    ),
    member(
        "ct.insight.state",
        "insightDetails.state",
        "Insight state",
        "Whether the insight event starts or ends the activity.",
    ),
    member(
        "ct.insight.type", "insightDetails.insightType", "Insight type", "ApiCallRateInsight or ApiErrorRateInsight."
    ),
    member("ct.insight.src", "insightDetails.eventSource", "Insight service", "Service whose calls were unusual."),
    member("ct.insight.name", "insightDetails.eventName", "Insight call", "API call that was unusual."),
    member("ct.insight.error", "insightDetails.errorCode", "Insight error", "Error code that was unusually frequent."),
    tree(
        "ct.aggregated",
        "summary",
        "Aggregated",
        "What an aggregated event counts, as JSON, or any path in it.",
        example='ct.aggregated.details.statistics.name == "arn:aws:s3:::backups"',
    ),
    member("ct.aggregated.id", "eventId", "Aggregate ID", "Identifier that AWS gave an aggregated event."),
    member(
        "ct.aggregated.by",
        "summary.primaryDimension.dimension",
        "Aggregated by",
        "What an aggregated event counts by: eventName, resourceARN or userIdentity.",
    ),
    expression(
        "ct.aggregated.names",
        FieldType.STRING,
        "Aggregated names",
        "Calls, resources or users that an aggregated event counts.",
        derived.AGGREGATED_NAMES,
        is_list=True,
    ),
    Field(
        "ct.aggregated.until",
        FieldType.TIME,
        "Aggregated until",
        "End of the time that an aggregated event counts; its own time is the beginning.",
        Json("timeWindow.windowEnd"),
    ),
    member("ct.addendum.reason", "addendum.reason", "Addendum", "Why a record was delivered late or once more."),
    member(
        "ct.addendum.updatedfields", "addendum.updatedFields", "Updated fields", "Members that the addendum corrects."
    ),
    member(
        "ct.addendum.originalrequestid",
        "addendum.originalRequestID",
        "Original request",
        "Request ID of the record that the addendum corrects.",
    ),
    member(
        "ct.addendum.originaleventid",
        "addendum.originalEventID",
        "Original event",
        "Event ID of the record that the addendum corrects.",
    ),
    expression("ct.record", FieldType.STRING, "Record text", "Exact text of the record.", "e.raw"),
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
    expression("s3.uri", FieldType.STRING, "S3 URI", "Bucket and key, as 's3://bucket/key'.", derived.URI),
    member("s3.bucket", "requestParameters.bucketName", "Bucket", "S3 bucket in the request."),
    member("s3.key", "requestParameters.key", "Key", "S3 object key in the request."),
    expression(
        "s3.bytes",
        FieldType.UINT,
        "Bytes",
        "Bytes transferred in both directions.",
        derived.BYTES,
        example="s3.bytes > 1000000",
    ),
    Field("s3.bytes.in", FieldType.UINT, "Bytes in", "Bytes uploaded.", Column("bytes_in")),
    Field("s3.bytes.out", FieldType.UINT, "Bytes out", "Bytes downloaded.", Column("bytes_out")),
    expression(
        "s3.cnt.get",
        FieldType.UINT,
        "Gets",
        "1 for GetObject, 0 for all other calls, to be summed.",
        derived.count_of("GetObject"),
    ),
    expression(
        "s3.cnt.put",
        FieldType.UINT,
        "Puts",
        "1 for PutObject, 0 for all other calls, to be summed.",
        derived.count_of("PutObject"),
    ),
    expression(
        "s3.cnt.other",
        FieldType.UINT,
        "Others",
        "0 for GetObject and PutObject, 1 for all other calls, to be summed.",
        derived.count_of("GetObject", "PutObject", negated=True),
    ),
    expression(
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
    member(
        "ecr.repository", "requestParameters.repositoryName", "Repository", "Container image repository in the request."
    ),
    member("ecr.imagetag", "requestParameters.imageTag", "Image tag", "Container image tag in the request."),
    member("iam.role", "requestParameters.roleName", "Role", "IAM role in the request."),
    member("iam.policy", "requestParameters.policyName", "Policy name", "IAM policy in the request."),
)
