"""Recordings in an S3-compatible bucket: the only boto3. Imported only where one is configured.

Keys and region come from where AWS's own tools look for them (AWS_ACCESS_KEY_ID and so on, or the role of the
machine). Nothing is asked of the network before the first recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from voice_gateway.recordings import Kept, NotKept, OutOfReach, check, kind_of

CONNECT_SECONDS = 5
READ_SECONDS = 20
ATTEMPTS = 2
NOTHING_THERE = ("NoSuchKey", "404")


class Bucket:
    """Recordings as objects of a bucket, below a prefix."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        self._name, self._prefix = parts.netloc, "".join(f"{part}/" for part in parts.path.split("/") if part)
        self._endpoint, self._region = asked.get("endpoint"), asked.get("region")

    @cached_property
    def _objects(self) -> Any:
        # Made by whoever first needs it: two processes must not share its connections.
        return Session().client("s3", endpoint_url=self._endpoint, region_name=self._region, config=Config(
            connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            s3={"addressing_style": "path" if self._endpoint else "auto"},
            # Others than AWS often know nothing of the newer checksums.
            request_checksum_calculation="when_required", response_checksum_validation="when_required"))

    def keep(self, key: str, content: bytes, kind: str) -> None:
        """Keep a recording under a key: all of it or nothing. Again is as good as once."""
        check(key, kind)
        with self._asking(key):
            self._objects.put_object(Bucket=self._name, Key=self._prefix + key, Body=content, ContentType=kind)

    def open(self, key: str) -> Kept:
        """The recording under a key. Raises NotKept."""
        kind = kind_of(key)
        with self._asking(key):
            found = self._objects.get_object(Bucket=self._name, Key=self._prefix + key)
            with found["Body"] as body:
                return Kept(body.read(), kind)

    def forget(self, key: str) -> None:
        """Throw a recording away. One that is gone already is as good."""
        kind_of(key)
        with self._asking(key):
            self._objects.delete_object(Bucket=self._name, Key=self._prefix + key)

    @contextmanager
    def _asking(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in NOTHING_THERE:
                raise NotKept(key) from None
            raise OutOfReach(f"the bucket {self._name} refuses: {code}") from error
        except BotoCoreError as error:
            raise OutOfReach(f"the bucket {self._name}: {error}") from error
