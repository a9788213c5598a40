"""The page of a thread, in every weather: read, answered once, rung, and done."""

from __future__ import annotations

import re

from tests.doors.test_threads import Reader
from tests.house import OUR_NUMBER, House


def test_a_thread_is_answered_on_its_page_and_closed_after_a_talk(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp arrived broken", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana: My lamp arrived broken", "/w/", within=180)
    dana.phone.reads("a colleague reads it now", within=180)
    link = re.search(r"/w/\S+", sam.phone.received[-1])
    assert link
    page = Reader(house, sam, link[0])
    page.presses("look", "I ring you now, if I may.").presses("send")
    dana.phone.reads("I ring you now", within=180)
    dana.phone.texts("Please do", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana: Please do", within=180)
    assert "Please do" in page.looks().said
    page.presses("ring")
    sam.phone.rings(within=180).presses("1").hears("Calling them now")
    dana.phone.rings(within=180).presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert "Closed." in page.looks().said
    assert dana.phone.received.count("I ring you now, if I may.") == 1
