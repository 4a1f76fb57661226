"""Connects to AWS by boto3's ordinary chain of credentials, and says in one line what went wrong (stage ①)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from thresher.capture.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 16
ATTEMPTS = 8
USER_AGENT = "thresher-fetch"
"""Stands in ``userAgent`` of the events that reading makes, so that a filter can leave them out."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach AWS; empty values leave the choice to boto3.

    Attributes:
        role_arn: a role to assume; ``{account}`` in it stands for the account that is read.
    """

    profile: str = ""
    region: str = ""
    role_arn: str = ""
    external_id: str = ""
    endpoint_url: str = ""
    is_anonymous: bool = False

    def client(self, service: str, region: str = "", account: str = "", attempts: int = ATTEMPTS) -> Any:
        """A client of a service, which asks so many times before it gives up.

        Raises:
            UsageError: there is no such profile, or the role needs an account that is not named.
        """
        session = self._session(account)
        return session.client(service, **self._options(region, attempts))

    def regions(self) -> list[str]:
        """The regions that the account may use, as EC2 tells, else all that boto3 knows."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = self.client("ec2", self.region or "us-east-1").describe_regions()
            return sorted(each["RegionName"] for each in found["Regions"])
        except (BotoCoreError, ClientError):
            return sorted(self._session("").get_available_regions("cloudtrail"))

    def _options(self, region: str, attempts: int = ATTEMPTS) -> dict[str, Any]:
        from botocore import UNSIGNED
        from botocore.config import Config

        config = Config(
            max_pool_connections=CONNECTIONS,
            retries={"mode": "adaptive", "max_attempts": attempts},
            connect_timeout=10,
            read_timeout=60,
            user_agent_extra=f"{USER_AGENT}/{version('thresher')}",
            **({"signature_version": UNSIGNED} if self.is_anonymous else {}),
        )
        options: dict[str, Any] = {"config": config}
        if self.endpoint_url:
            options["endpoint_url"] = self.endpoint_url
        if region or self.region:
            options["region_name"] = region or self.region
        return options

    def _session(self, account: str) -> Any:
        import boto3
        from botocore.exceptions import ProfileNotFound

        try:
            session = boto3.session.Session(profile_name=self.profile or None, region_name=self.region or None)
        except ProfileNotFound as error:
            raise UsageError(f"{error}; 'aws configure list-profiles' prints those there are") from error
        return self._assumed(session, account) if self.role_arn else session

    def _assumed(self, session: Any, account: str) -> Any:
        import boto3

        if "{account}" in self.role_arn and not account:
            raise UsageError(f"the role {self.role_arn} needs an account; say which with --account")
        wanted = {"RoleArn": self.role_arn.replace("{account}", account), "RoleSessionName": "thresher"}
        if self.external_id:
            wanted["ExternalId"] = self.external_id
        found = session.client("sts", **self._options("" if self.region else "us-east-1")).assume_role(**wanted)
        issued = found["Credentials"]
        return boto3.session.Session(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


REMEDIES = {
    "InvalidAccessKeyId": "the access key does not exist; check the profile or the AWS_ variables",
    "InvalidClientTokenId": "the access key does not exist; check the profile or the AWS_ variables",
    "SignatureDoesNotMatch": "the secret does not belong to the access key",
    "ExpiredToken": "the session has expired; sign in again",
    "ExpiredTokenException": "the session has expired; sign in again",
    "AccessDenied": "the identity that is used may not do this; name another with --profile or --role-arn",
    "AccessDeniedException": "the identity that is used may not do this; name another with --profile or --role-arn",
    "403": "the identity that is used may not do this; name another with --profile or --role-arn",
    "NoSuchBucket": "there is no bucket of this name",
    "InvalidObjectState": "the object is archived; restore it from Glacier first",
}
"""What can be done about the errors that AWS names."""


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn boto3's errors into one that says what, where and what to do.

    Raises:
        UnreadableError: anything that AWS or the way to it refused.
    """
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

    try:
        yield
    except ClientError as error:
        raise UnreadableError(what, *reason(error)) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        remedy = "name a profile with --profile, set AWS_ variables, or read a public bucket with --anonymous"
        raise UnreadableError(what, "there are no credentials", remedy) from error
    except BotoCoreError as error:
        raise UnreadableError(what, f"cannot be reached: {error}") from error


def reason(error: Any) -> tuple[str, str]:
    """What a ``ClientError`` says, and what can be done."""
    told = error.response.get("Error", {})
    code, text = str(told.get("Code", "?")), str(told.get("Message", "")).rstrip(".")
    return f"AWS refused {error.operation_name}: {code}" + (f" ({text})" if text else ""), REMEDIES.get(code, "")
