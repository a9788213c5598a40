"""What is said before the click: how long it takes or when we open, and which times may be chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from flows.facts import MINUTES
from flows.house import Closing, House, Opening, Shift
from tests.doors.front import MORNING, OFFICE_HOURS, front
from voice_gateway.doors.outlook import DAYS_OFFERED, Outlook
from voice_gateway.doors.wishes import DAYS_AHEAD
from voice_gateway.store.tables import CaseRow, OrderRow

WEEKDAYS = frozenset(range(1, 6))
OFFICE = Shift(1, (Opening(WEEKDAYS, 9 * 60, 17 * 60 + 30),))
NIGHT = Shift(1, (Opening(frozenset(range(1, 8)), 0, 4 * 60),))
ACME = House("Acme Support", "America/New_York", (OFFICE,))
EVENING = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # the same Wednesday, 20:00 in New York


def seen(house=ACME, now=MORNING, waits=()):
    return Outlook(house, waits, now)


def offered(outlook):
    return [slot for _, slots in outlook.days() for slot in slots]


def instants(outlook):
    return [datetime.fromisoformat(slot.value) for slot in offered(outlook)]


@pytest.fixture
def shop(tmp_path):
    """A door with office hours."""
    with front(tmp_path, OFFICE_HOURS) as built:
        yield built


def form(door):
    return html.document_fromstring(door.browser.get("/click-to-call").get_data(as_text=True))


def lead(door):
    return " ".join(form(door).xpath("string(//*[@class='lead'])").split())


# ---- how long ----


def test_the_form_says_how_long_it_usually_takes_once_that_is_known(shop):
    shop.past_waits(*(n * MINUTES for n in range(1, 10)))
    assert lead(shop) == "First a colleague hears what it is about, then your telephone rings."
    shop.past_waits(10 * MINUTES)
    assert lead(shop).startswith("Usually 5 to 9 minutes. First a colleague hears")


@pytest.mark.parametrize("count,known", [(0, None), (9, None), (10, (60, 60))])
def test_with_fewer_than_ten_waits_there_is_no_number(count, known):
    assert seen(waits=[MINUTES] * count).usual_seconds == known


def test_who_is_closed_says_no_wait():
    assert seen(now=EVENING, waits=[MINUTES] * 20).usual_seconds is None


# ---- when we open ----


def test_the_form_says_that_we_are_closed_and_when_we_ring(shop):
    shop.passes(hours=10)
    shop.past_waits(*[MINUTES] * 12)
    assert lead(shop) == "We are closed now. We ring when we open (tomorrow, 9:00 am), or when you choose."
    assert form(shop).xpath("string(//option[@value='now'])") == "When we open"
    assert shop.fills_in("+12025550131").status_code == 303
    assert shop.row(CaseRow).due_at == datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("now,opens", [
    (MORNING, ""),
    (MORNING - timedelta(hours=2), "today, 9:00 am"),
    (EVENING, "tomorrow, 9:00 am"),
    (EVENING + timedelta(days=2), "Monday 9 March, 9:00 am"),
])
def test_when_somebody_works_again_is_told_in_the_words_of_the_day(now, opens):
    assert seen(now=now).opens == opens


def test_a_holiday_is_named():
    feast = seen(replace(ACME, closings=(Closing(date(2026, 3, 4), "Founders' Day"),)))
    assert (feast.is_open, feast.why_closed, feast.opens) == (False, "Founders' Day", "tomorrow, 9:00 am")
    assert feast.days()[0][0] == "Thursday 5 March"


def test_a_house_in_which_nobody_ever_works_promises_nothing():
    never = seen(replace(ACME, shifts=(Shift(1, (Opening(frozenset(), 0, 1),)),)))
    assert (never.is_open, never.opens, never.days()) == (False, "", [])


# ---- which times ----


def test_the_half_hours_of_the_coming_opening_hours_are_offered():
    days = seen().days()
    assert [day for day, _ in days] == ["Wednesday 4 March", "Thursday 5 March", "Friday 6 March", "Monday 9 March", "Tuesday 10 March",
                                        "Wednesday 11 March", "Thursday 12 March"]
    assert len(days) == DAYS_OFFERED
    assert [slot.words for slot in days[0][1]][::13] == ["Today, 10:30 am", "Today, 5:00 pm"]
    assert [slot.words for slot in days[1][1]][::16] == ["Tomorrow, 9:00 am", "Tomorrow, 5:00 pm"]
    assert days[3][1][0].words == "Monday 9 March, 9:00 am"


@pytest.mark.parametrize("house", [ACME, replace(ACME, shifts=(Shift(1),)), replace(ACME, shifts=(NIGHT, OFFICE)),
                                   replace(ACME, time_zone="Asia/Kathmandu"), replace(ACME, time_zone="Australia/Lord_Howe")],
                         ids=["office", "always", "night", "Kathmandu", "Lord Howe"])
@pytest.mark.parametrize("now", [MORNING, EVENING, datetime(2026, 3, 7, 23, 59, 59, tzinfo=UTC), datetime(2026, 10, 31, 12, tzinfo=UTC),
                                 datetime(2026, 4, 3, 12, 30, tzinfo=UTC)])
def test_what_is_offered_is_ahead_and_kept_and_a_half_hour_of_our_clock(house, now):
    outlook = seen(house, now)
    times = instants(outlook)
    assert times == sorted(set(times))
    assert all(now < at <= now + timedelta(days=DAYS_AHEAD) for at in times)
    assert all(outlook.keeps(at) for at in times)
    assert all(house.wall(at).minute in (0, 30) for at in times)
    words = [slot.words for slot in offered(outlook)]
    assert len(set(words)) == len(words)


def test_an_hour_that_the_clocks_skip_is_not_offered():
    words = [slot.words for slot in offered(seen(replace(ACME, shifts=(NIGHT,)), datetime(2026, 3, 8, 5, 0, tzinfo=UTC)))]
    assert words[:6] == ["Today, 12:30 am", "Today, 1:00 am", "Today, 1:30 am", "Today, 3:00 am", "Today, 3:30 am", "Tomorrow, 12:00 am"]


def test_an_hour_that_the_clock_shows_twice_is_offered_twice_by_name():
    outlook = seen(replace(ACME, shifts=(NIGHT,)), datetime(2026, 11, 1, 4, 15, tzinfo=UTC))
    assert [slot.words for slot in offered(outlook)][:6] == [
        "Today, 12:30 am", "Today, 1:00 am EDT", "Today, 1:30 am EDT", "Today, 1:00 am EST", "Today, 1:30 am EST", "Today, 2:00 am"]
    assert instants(outlook)[1:5] == [datetime(2026, 11, 1, 5, 0, tzinfo=UTC) + n * 30 * MINUTES for n in range(4)]


def test_the_form_offers_them_in_the_zone_that_it_names(shop):
    found = form(shop)
    assert found.get_element_by_id("when-hint").text == "Times in America/New York."
    assert found.xpath("string(//select[@name='when']/option[1])") == "Now"
    first = found.xpath("//optgroup[@label='Thursday 5 March']/option")[0]
    assert (first.get("value"), first.text) == ("2026-03-05T14:00Z", "Tomorrow, 9:00 am")


def test_the_slot_that_was_chosen_is_promised(shop):
    chosen = form(shop).xpath("//optgroup[2]/option")[3].get("value")
    assert shop.fills_in(when=chosen).status_code == 303
    at = datetime(2026, 3, 5, 10, 30, tzinfo=ZoneInfo("America/New_York"))
    assert shop.row(CaseRow).due_at == shop.row(OrderRow).due_at == at
    assert not shop.rings


def test_a_mistake_elsewhere_keeps_the_slot(shop):
    answer = shop.fills_in("12", when="2026-03-05T15:30Z")
    assert answer.status_code == 422
    found = html.document_fromstring(answer.get_data(as_text=True))
    assert found.xpath("//option[@selected]/@value") == ["2026-03-05T15:30Z"]


@pytest.mark.parametrize("when", ["2026-03-05T03:00Z", "2026-03-07T15:00Z", "2026-03-04T14:30Z", "2026-03-05T22:30Z"])
def test_a_time_at_which_nobody_works_or_that_has_passed_is_refused_to_both(shop, when):
    answer = shop.fills_in(when=when)
    assert answer.status_code == 422
    found = html.document_fromstring(answer.get_data(as_text=True))
    assert found.xpath("string(//*[@id='when-why'])")
    assert shop.asks(when=when).get_json()["errors"][0]["field"] == "when"
    assert shop.nothing_is_dialled()
