"""A house file is read whole: right ones become facts, wrong ones are told every wrong place at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.facts import Opening
from voice_gateway import house_file
from voice_gateway.house_file import Person, WrongHouse

SAMPLE = Path(house_file.__file__).parent / "demo" / "sample.toml"
WEEKDAYS = frozenset({1, 2, 3, 4, 5})

HOUSE = """
[house]
name = "Acme Support"
time_zone = "America/New_York"
countries = ["US", "CA"]
[[numbers]]
number = "+12025550100"
"""
SAM = """
[[people]]
name = "Sam"
phone = "+1 (202) 555-0111"
roles = ["agent"]
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file = tmp_path / "house.toml"
        file.write_text(text, "utf-8")
        return house_file.read(file)

    return read_text


@pytest.fixture
def problems(read):
    def problems_of(text):
        with pytest.raises(WrongHouse) as caught:
            read(text)
        return list(caught.value.problems)

    return problems_of


def hours(days, opens, closes, table="hours"):
    return f'[[{table}]]\ndays = "{days}"\nopen = "{opens}"\nclose = "{closes}"\n'


def test_the_sample_house_is_right():
    house = house_file.read(SAMPLE)
    assert [person.name for person in house.people] == ["Sam", "Kim", "Lee", "Maria"]
    assert [person.owner_rank for person in house.people] == [2, 2, 2, 0]
    assert [person.is_agent for person in house.people] == [True, True, True, False]
    assert house.openings == ()
    assert house.contacts[2].phones == ("+12025550123", "+12025550124")


def test_numbers_are_kept_in_one_form(read):
    assert read(HOUSE + SAM).people[0].phone == "+12025550111"


@pytest.mark.parametrize("roles,rank", [(("agent", "manager"), 0), (("agent", "supervisor"), 1), (("agent",), 2), ((), 3)])
def test_managers_get_first_what_nobody_took(roles, rank):
    assert Person("Sam", "+12025550111", roles).owner_rank == rank


@pytest.mark.parametrize("days,found", [
    ("mon-fri", {1, 2, 3, 4, 5}), ("mon,wed", {1, 3}), ("sat", {6}), ("Fri-Mon", {5, 6, 7, 1}),
    ("mon-tue, sat", {1, 2, 6}), ("sun", {7}),
])
def test_days_as_people_write_them(read, days, found):
    assert read(HOUSE + hours(days, "09:00", "17:30")).openings == (Opening(frozenset(found), 540, 1050),)


def test_a_night_is_two_openings(read):
    assert set(read(HOUSE + hours("fri,sun", "22:00", "06:00")).openings) == {
        Opening(frozenset({5, 7}), 1320, 1440), Opening(frozenset({6, 1}), 0, 360),
    }


@pytest.mark.parametrize("closes", ["24:00", "00:00"])
def test_a_day_ends_at_midnight(read, closes):
    assert read(HOUSE + hours("mon-fri", "12:00", closes)).openings == (Opening(WEEKDAYS, 720, 1440),)


def test_somebody_may_have_hours_of_their_own(read):
    kim = SAM.replace("Sam", "Kim").replace("0111", "0112")
    house = read(HOUSE + hours("mon-fri", "09:00", "17:00") + SAM + kim + hours("sat", "10:00", "12:00", "people.hours"))
    assert house.people[0].openings is None
    assert house.people[1].openings == (Opening(frozenset({6}), 600, 720),)


def test_without_hours_the_house_is_open_when_its_agents_are(read):
    own = hours("sat", "10:00", "12:00", "people.hours")
    assert read(HOUSE + SAM + own).openings == (Opening(frozenset({6}), 600, 720),)
    assert read(HOUSE + SAM).openings == ()


@pytest.mark.parametrize("text,problem", [
    (SAM.replace("+1 (202) 555-0111", "+1 555"), "people[1].phone: +1 555 is not a telephone number"),
    (SAM.replace("+1 (202)", "202"), "people[1].phone: 202 555-0111 is not a telephone number; it begins with + and"),
    (SAM.replace("0111", "0111 ext. 7"), "people[1].phone: +1 (202) 555-0111 ext. 7 is not a telephone number"),
    (SAM + "rolls = []", 'people[1].rolls: is not known; did you mean "roles"?'),
    (SAM.replace("agent", "agents"), 'people[1].roles: "agents" is not one of agent, supervisor, manager; did you'),
    (SAM.replace('"Sam"', '" "'), "people[1].name: is empty"),
    (SAM.replace('"Sam"', '"S\\u0007am"'), "people[1].name: has characters that cannot be printed"),
    (SAM.replace('"Sam"', f'"{"S" * 81}"'), "people[1].name: is longer than 80 characters"),
    (SAM.replace('"Sam"', "7"), "people[1].name: must be their name"),
    (SAM.replace('roles = ["agent"]', "roles = [1]"), "people[1].roles: must be a list of agent, supervisor"),
    (SAM + 'skills = "billing"', "people[1].skills: must be a list of texts"),
    (SAM + "handles = { bluesky = 3 }", "people[1].handles.bluesky: must be a text"),
    ("[[people]]\n", "people[1].name: is missing; it must be their name"),
    ("people = [1]", "people[1]: must be a table"),
    ("people = 1", "people: must be tables, each written [[people]]"),
    ("[[peopel]]", 'peopel: is not known; did you mean "people"?'),
    (SAM + SAM, "people[2].name: Sam is somebody else's name as well"),
    (SAM + SAM.replace("Sam", "Kim"), "people[2].phone: +12025550111 is somebody else's as well"),
    (SAM.replace("0111", "0100"), "people[1].phone: +12025550100 is a number of our own"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550100"]', "contacts[1].phones: +12025550100 is a number of our"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121", 3]', "contacts[1].phones[2]: 3 is not a telephone"),
    ('[[contacts]]\nname = "Dana"\n', "contacts[1].phones: is missing; we know a contact by their numbers"),
    ('[[numbers]]\nnumber = "+12025550100"', "numbers[2].number: +12025550100 is there twice"),
    ('[[numbers]]\nnumber = "+12025550101"\ncalls_per_second = 0', "numbers[2].calls_per_second: must be more than 0"),
    ('[[numbers]]\nnumber = "+12025550101"\nconcurrent_calls = true', "numbers[2].concurrent_calls: must be how many"),
    (hours("mon-fry", "09:00", "17:00"), 'hours[1].days: "fry" is not one of mon, tue, wed, thu, fri, sat, sun; did you mean "fri"?'),
    (hours("", "09:00", "17:00"), 'hours[1].days: "" is not one of mon'),
    (hours("mon", "9:00", "17:00"), 'hours[1].open: "9:00" is not a time such as "09:00"'),
    (hours("mon", "09:00", "24:30"), 'hours[1].close: "24:30" is not a time'),
    (hours("mon", "24:00", "06:00"), 'hours[1].open: a day ends at 24:00; write "00:00"'),
    ('[[ladders]]\nname = "night"', "ladders[1].rungs: a ladder needs at least one [[ladders[1].rungs]]"),
    ('[[ladders]]\nname = "x"\n[[ladders.rungs]]\nwho = "Sem"\nhow = "ring"\nafter = "0s"\n' + SAM,
     'ladders[1].rungs[1].who: "Sem" is nobody of this file; did you mean "Sam"?'),
    ('[[ladders]]\nname = "x"\n[[ladders.rungs]]\nwho = "owner"\nhow = "call"\nafter = "0s"', 'rungs[1].how: "call" is not one'),
    ('[[ladders]]\nname = "x"\n[[ladders.rungs]]\nwho = "owner"\nhow = "ring"\nafter = "soon"', 'rungs[1].after: "soon" is not a'),
    ('[[ladders]]\nname = "x"\n[[ladders.rungs]]\nwho = "on-call:night"\nhow = "text"\nafter = "2h"\ntimes = 0',
     "rungs[1].times: must be from 1 to 20"),
])
def test_each_wrong_place_is_named(problems, text, problem):
    top_level_first = text + HOUSE if text.startswith("people =") else HOUSE + text
    found = problems(top_level_first)
    assert any(problem in each for each in found), found


@pytest.mark.parametrize("old,new,problem", [
    ("America/New_York", "America/NewYork", 'house.time_zone: "America/NewYork" is not a time zone; did you mean "America/New_York"?'),
    ("America/New_York", "../etc/passwd", "house.time_zone"),
    ("America/New_York", "America", "house.time_zone"),
    ('"CA"', '"UK"', 'house.countries: "UK" is not the two letters of a country; did you mean "GB"?'),
    ('"CA"', '"ca"', 'house.countries: "ca" is not the two letters of a country; did you mean "CA"?'),
    ('["US", "CA"]', "[]", "house.countries: names no country in which we may call"),
    ('name = "Acme Support"', "", "house.name: is missing; it must be the company's name"),
    ("[house]", "[hous]", "house: is missing"),
    ("[[numbers]]", "[[number]]", "numbers: is missing; a house needs at least one number of its own"),
])
def test_a_wrong_house_is_named(problems, old, new, problem):
    found = problems(HOUSE.replace(old, new))
    assert any(problem in each for each in found), found


def test_every_problem_is_told_at_once(problems):
    found = problems(HOUSE.replace("New_York", "Old_York") + SAM.replace("agent", "boss") + SAM.replace("0111", "01"))
    assert len(found) == 4
    assert [each.split(":")[0] for each in found] == ["house.time_zone", "people[1].roles", "people[2].phone", "people[2].name"]


def test_what_is_no_toml_is_told_with_its_line(problems, tmp_path):
    assert "it is not TOML" in problems("[house\n")[0]
    assert "line 1" in problems("[house\n")[0]
    with pytest.raises(WrongHouse, match="cannot be read: No such file"):
        house_file.read(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "M\xfcller"')
    with pytest.raises(WrongHouse, match="not written in UTF-8"):
        house_file.read(tmp_path / "latin.toml")


def test_the_ladders_of_the_interface_are_right(read):
    ladder = '[[ladders]]\nname = "default"\n'
    rung = '[[ladders.rungs]]\nwho = "{}"\nhow = "ring+text"\nafter = "5m"\ntimes = 2\n'
    read(HOUSE + SAM + ladder + "".join(rung.format(who) for who in ("owner", "Sam", "manager", "on-call:night")))
