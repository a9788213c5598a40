"""Where voicemails are kept: a folder of the house, and a bucket.

The bucket is one of a real S3-compatible server: SeaweedFS, which comes as a wheel and listens on loopback only.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from unittest.mock import patch

import pytest
import requests
from boto3.session import Session
from hypothesis import example, given
from hypothesis import strategies as st

from tests.house import house_settings
from voice_gateway.embedded_redis import die_with
from voice_gateway.recordings import Folder, Kept, NotKept, OutOfReach, Vault, key_of, kind_of, vault
from voice_gateway.settings import WrongSettings, from_environment

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
KEY = "2026/03/k7Qx-9_a.wav"
MARCH = datetime(2026, 3, 4, tzinfo=UTC)


def keeps_its_word(place: Vault) -> None:
    """What every place for recordings must do."""
    for key in (KEY, "2026/03/k7Qx.mp3"):
        kind = kind_of(key)
        with pytest.raises(NotKept):
            place.open(key)
        place.keep(key, WAV, kind)
        place.keep(key, WAV, kind)
        assert place.open(key) == Kept(WAV, kind)
        place.keep(key, b"another", kind)
        assert place.open(key).content == b"another"
        place.keep(key, b"", kind)
        assert place.open(key).content == b""
        place.forget(key)
        place.forget(key)
        with pytest.raises(NotKept):
            place.open(key)
    place.keep(KEY, bytes(7 * 2**20), "audio/wav")
    assert place.open(KEY).content == bytes(7 * 2**20)
    place.forget("2026/03/another.wav")
    place.forget("1999/01/never.wav")
    assert len(place.open(KEY).content) == 7 * 2**20
    place.forget(KEY)
    for wrong in ("../x.wav", "/etc/passwd", "x", ""):
        for ask in (place.open, place.forget, lambda key: place.keep(key, WAV, "audio/wav")):
            with pytest.raises(ValueError, match="no key"):
                ask(wrong)
    with pytest.raises(ValueError, match="does not end"):
        place.keep("2026/03/x.wav", b"ID3", "audio/mpeg")


def everything_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_folder_keeps_its_word(tmp_path: Path) -> None:
    keeps_its_word(Folder(tmp_path / "recordings"))
    assert everything_in(tmp_path) == []


def test_only_the_house_may_read_the_folder(tmp_path: Path) -> None:
    place = Folder(tmp_path / "recordings")
    old = os.umask(0)
    try:
        place.keep(KEY, WAV, "audio/wav")
    finally:
        os.umask(old)
    told = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "recordings").rglob("*")}
    assert told == {"2026": 0o700, "03": 0o700, "k7Qx-9_a.wav": 0o600}
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o700


def test_half_a_recording_is_never_seen(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    place.keep(KEY, WAV, "audio/wav")
    with patch("os.fsync", side_effect=OSError("the disk is full")), pytest.raises(OSError, match="full"):
        place.keep(KEY, b"half of", "audio/wav")
    assert place.open(KEY).content == WAV
    assert everything_in(tmp_path) == [tmp_path / KEY]


def test_what_a_killed_process_left_is_forgotten_with_the_recording(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    place.keep(KEY, WAV, "audio/wav")
    place.keep("2026/03/other.wav", WAV, "audio/wav")
    with patch("pathlib.Path.replace", side_effect=KeyboardInterrupt), patch("pathlib.Path.unlink"), \
         pytest.raises(KeyboardInterrupt):
        place.keep(KEY, b"half of", "audio/wav")
    assert len(everything_in(tmp_path)) == 3
    place.forget(KEY)
    assert everything_in(tmp_path) == [tmp_path / "2026/03/other.wav"]


@given(st.one_of(st.text(), st.from_regex(r"[./\\A-Za-z0-9%\x00~-]{1,20}(\.wav|\.mp3)?", fullmatch=True)))
@example("../../etc/passwd.wav")
@example("2026/../../x.wav")
@example("2026//x.wav")
@example("2026/03/.x.wav")
@example("2026/03/x.wav\n")
@example("2026/03/x.WAV")
@example("a/" * 200 + "x.wav")
@example("é.wav")
def test_a_key_stays_in_its_folder_or_is_none(key: str) -> None:
    try:
        kind = kind_of(key)
    except ValueError:
        return
    path = PurePosixPath(key)
    assert not path.is_absolute()
    assert str(path) == key
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", part) for part in path.parts)
    assert ".." not in key
    assert kind in ("audio/wav", "audio/mpeg")
    assert len(key) < 400


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda when: when.year >= 1000),
       st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True), st.sampled_from(["audio/wav", "audio/mpeg"]))
def test_what_is_made_as_a_key_is_one(when: datetime, name: str, kind: str) -> None:
    key = key_of(when, name, kind)
    assert kind_of(key) == kind
    assert key.startswith(f"{when.year}/{when.month:02}/{name}.")


@pytest.mark.parametrize("name, kind", [("", "audio/wav"), ("../x", "audio/wav"), ("a b", "audio/wav"),
                                        ("x" * 65, "audio/wav"), ("x", "audio/flac"), ("x", "")])
def test_no_key_is_made_of_anything_else(name: str, kind: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        key_of(MARCH, name, kind)


def test_without_a_bucket_recordings_are_in_the_data_folder(tmp_path: Path) -> None:
    house: Any = house_settings("sqlite://").model_copy(update={"data_dir": tmp_path})
    vault(house).keep(KEY, WAV, "audio/wav")
    assert everything_in(tmp_path) == [tmp_path / "recordings" / KEY]


# ---- a bucket ----

OUR_KEYS = {"AWS_ACCESS_KEY_ID": "the-house", "AWS_SECRET_ACCESS_KEY": "keeps-its-word", "AWS_EC2_METADATA_DISABLED": "true"}
SECONDS = 1.0
START_WITHIN = 60 * SECONDS
LOOK_EVERY = 0.05 * SECONDS
PARTS = ("master", "volume", "filer", "s3")


def free_ports(how_many: int) -> list[int]:
    with ExitStack() as all_at_once:
        taken = [all_at_once.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(how_many)]
        return [one.getsockname()[1] for one in taken]


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a SeaweedFS of these tests' own, which lets in who holds OUR_KEYS and nobody else."""
    weed = shutil.which("weed", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    assert weed, "SeaweedFS has no wheel for this machine: put its program `weed` into your PATH"
    folder = tmp_path_factory.mktemp("seaweed")
    ports = dict(zip([*PARTS, *(f"{part}.grpc" for part in PARTS)], free_ports(2 * len(PARTS)), strict=True))
    command = [weed, "-logtostderr", "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
               "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=4",
               "-s3.port.iceberg=0", "-s3.port.lance=0", f"-filer.localSocket={folder}/f", f"-s3.localSocket={folder}/s"]
    for part in PARTS:
        command += [f"-{part}.port={ports[part]}", f"-{part}.port.grpc={ports[part + '.grpc']}"]
    address = f"http://127.0.0.1:{ports['s3']}"
    with (folder / "log").open("w") as log, subprocess.Popen(
        command, cwd=folder, env={**os.environ, **OUR_KEYS}, stdout=log, stderr=log,
        preexec_fn=die_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - see die_with
    ) as server:
        try:
            assert any(is_well(address, server) for _ in range(round(START_WITHIN / LOOK_EVERY))), "it did not start"
            yield address
        finally:
            server.kill()  # asked to stop it takes half a minute
            for part in PARTS:
                Path(f"/tmp/seaweedfs-{part}-grpc-{ports[part + '.grpc']}.sock").unlink(missing_ok=True)


def is_well(address: str, server: subprocess.Popen[bytes]) -> bool:
    try:
        server.wait(LOOK_EVERY)
        raise AssertionError("SeaweedFS ended")
    except subprocess.TimeoutExpired:
        pass
    try:
        return requests.get(f"{address}/healthz", timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The usual variables, and nothing else that this machine may know of AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name, value in OUR_KEYS.items():
        monkeypatch.setenv(name, value)


def vault_at(url: str) -> Vault:
    return vault(house_settings("sqlite://").model_copy(update={"recordings_url": url}))


def test_a_bucket_keeps_its_word(seaweed: str, keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = Session().client("s3", endpoint_url=seaweed, region_name="us-east-1")
    admin.create_bucket(Bucket="voicemails")
    place = vault_at(f"s3://voicemails/house/one/?endpoint={seaweed}&region=us-east-1")
    keeps_its_word(place)
    place.keep(KEY, WAV, "audio/wav")
    [kept] = admin.list_objects_v2(Bucket="voicemails")["Contents"]
    assert kept["Key"] == f"house/one/{KEY}"
    assert admin.head_object(Bucket="voicemails", Key=kept["Key"])["ContentType"] == "audio/wav"
    assert requests.get(f"{seaweed}/voicemails/{kept['Key']}", timeout=5).status_code == 403
    with pytest.raises(NotKept):
        vault_at(f"s3://voicemails?endpoint={seaweed}&region=us-east-1").open(KEY)
    with pytest.raises(OutOfReach, match="NoSuchBucket"):
        vault_at(f"s3://another?endpoint={seaweed}&region=us-east-1").open(KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a guess")
    for ask in (vault_at(f"s3://voicemails/house/one?endpoint={seaweed}&region=us-east-1").open,
                vault_at(f"s3://voicemails/house/one?endpoint={seaweed}&region=us-east-1").forget):
        with pytest.raises(OutOfReach, match="SignatureDoesNotMatch"):
            ask(KEY)
    assert place.open(KEY).content == WAV


def test_a_bucket_that_nobody_serves_is_out_of_reach(keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    [nobody] = free_ports(1)
    place = vault_at(f"s3://voicemails?endpoint=http://127.0.0.1:{nobody}&region=us-east-1")
    for ask in (place.open, place.forget, lambda key: place.keep(key, WAV, "audio/wav")):
        with pytest.raises(OutOfReach, match="connect"):
            ask(KEY)


def test_without_keys_nothing_is_tried(keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(OutOfReach, match="credentials"):
        vault_at("s3://voicemails?endpoint=http://127.0.0.1:1&region=us-east-1").open(KEY)


RIGHT: dict[str, Any] = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "secret_key": "k" * 16,
                         "public_base_url": "https://calls.example.com"}


@pytest.mark.parametrize("url, why", [
    ("https://s3.example.com/bucket", "s3://bucket/prefix"),
    ("s3://", "s3://bucket/prefix"),
    ("s3:///prefix", "s3://bucket/prefix"),
    ("s3://key:secret@bucket/", "s3://bucket/prefix"),
    ("s3://Bucket/x", "s3://bucket/prefix"),
    ("s3://bucket/../x", "s3://bucket/prefix"),
    ("s3://bucket/x#y", "s3://bucket/prefix"),
    ("s3://bucket?endpoint=s3.example.com", "endpoint must be"),
    ("s3://bucket?endpoint=https://key:secret@s3.example.com", "endpoint must be"),
    ("s3://bucket?endpoint=https://a.example&endpoint=https://b.example", "twice"),
    ("s3://bucket?region=", "region must be"),
    ("s3://bucket?access_key=hunter2", "AWS_"),
])
def test_a_wrong_address_stops_the_start(url: str, why: str) -> None:
    with pytest.raises(WrongSettings, match=f"RECORDINGS_URL: .*{why}") as refused:
        from_environment(**RIGHT, recordings_url=url)
    assert "secret@" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_missing_client_stops_the_start_and_says_what_to_install() -> None:
    with patch("voice_gateway.settings.find_spec", return_value=None), \
         pytest.raises(WrongSettings, match=r"RECORDINGS_URL: .*voice-gateway\[s3\]"):
        from_environment(**RIGHT, recordings_url="s3://bucket")


def test_without_a_bucket_no_client_is_loaded() -> None:
    program = "import sys, voice_gateway.recordings, voice_gateway.carrier; print('boto3' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
