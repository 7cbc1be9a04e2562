"""`files_url`: s3://bucket/prefix?endpoint=https://…&region=…&style=path&links=1."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import msgspec

from platform_core.files.blobs import FilesError

_KNOWN = frozenset({"endpoint", "region", "style", "links"})


class S3Address(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket. `endpoint` None is Amazon's own; `path_style` puts the bucket into the path, as most others want it.

    `links`: downloads go to signed addresses of the store instead of through this program.
    """

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    path_style: bool = False
    links: bool = False

    def key(self, sha256: str) -> str:
        """The name of the object."""
        return f"{self.prefix}{sha256[:2]}/{sha256}"


def s3_address(url: str) -> S3Address:
    """The parts of the setting. Raises FilesError for what makes no sense, with its remedy."""
    parts = urlsplit(url)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = sorted(given.keys() - _KNOWN)
    endpoint = given.get("endpoint")
    if parts.scheme != "s3" or not parts.hostname or unknown or parts.username:
        wrong = f"unknown: {', '.join(unknown)}" if unknown else "no bucket"
        raise FilesError(
            "files_url is not understood ({wrong}).", params={"wrong": "the key is in it" if parts.username else wrong},
            remedy="Write s3://bucket/prefix?endpoint=https://store.example&region=eu-central-1; "
            "the key goes into files_key and files_secret.",
        )  # fmt: skip
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise FilesError(
            "files_url is not understood (the endpoint is no address).", remedy="Begin it with https://."
        )
    prefix = parts.path.strip("/")
    return S3Address(
        bucket=parts.hostname,
        prefix=f"{prefix}/" if prefix else "",
        endpoint=endpoint,
        region=given.get("region", "us-east-1"),
        path_style=given.get("style", "path" if endpoint else "host") == "path",
        links=given.get("links") in ("1", "true", "yes"),
    )
