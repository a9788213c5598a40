"""The carrier's rooms: who is held there, and who hears music."""

from __future__ import annotations

from typing import Any

from voice_gateway.carrier.asking import NOT_FOUND, asked
from voice_gateway.refusals import CarrierError


class Rooms:
    """What we ask of the rooms in which people talk."""

    _conferences: Any

    def hold(self, room: str, call_sid: str, *, held: bool, music_url: str) -> None:
        """Let somebody in the room hear music instead of the others, or no longer.

        A participant is found by the sid of their conference; only one of a name goes on at a time
        (https://www.twilio.com/docs/voice/api/conference-participant-resource#update-a-participant-resource).
        Raises CarrierError (GONE) when there is no such room, or they are not in it.
        """
        music = {"hold_url": music_url, "hold_method": "POST"} if held else {}
        sid = self._going_on(room)
        asked(lambda: self._conferences(sid).participants(call_sid).update(hold=held, **music))

    def announce(self, room: str, url: str) -> None:
        """Let everybody in the room hear what is said at `url`, once.

        https://www.twilio.com/docs/voice/api/conference-resource#update-a-conference-resource
        Raises CarrierError (GONE) when there is no such room.
        """
        sid = self._going_on(room)
        asked(lambda: self._conferences(sid).update(announce_url=url, announce_method="POST"))

    def _going_on(self, room: str) -> str:
        found = asked(lambda: self._conferences.list(friendly_name=room, status="in-progress", limit=1))
        if not found:
            raise CarrierError(NOT_FOUND, 404, f"nobody talks in {room}")
        return str(found[0].sid)
