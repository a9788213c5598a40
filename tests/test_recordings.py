"""Where voicemails are kept: a folder of the house, and a bucket."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.house import house_settings
from voice_gateway.recordings import Folder, Kept, NotKept, Vault, key_of, kind_of, vault

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
                                        ("x" * 65, "audio/wav"), ("x", "audio/ogg"), ("x", "")])
def test_no_key_is_made_of_anything_else(name: str, kind: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        key_of(MARCH, name, kind)


def test_without_a_bucket_recordings_are_in_the_data_folder(tmp_path: Path) -> None:
    house: Any = house_settings("sqlite://").model_copy(update={"data_dir": tmp_path})
    vault(house).keep(KEY, WAV, "audio/wav")
    assert everything_in(tmp_path) == [tmp_path / "recordings" / KEY]
