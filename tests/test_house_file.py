"""A house file is read whole: right ones become facts, wrong ones are told every wrong place at once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.climbing import Rung
from flows.facts import MINUTES, SECONDS
from flows.house import (
    Closing,
    Condition,
    EscalationRules,
    LineRules,
    MessageRules,
    Opening,
    RecordingRule,
    Voice,
)
from voice_gateway import house_file
from voice_gateway.house_file import Customer, Number, Person, Ways, WrongHouse

SAMPLE = Path(house_file.__file__).parent.parent / "demo" / "sample.toml"
WEEKDAYS = frozenset({1, 2, 3, 4, 5})

HOUSE = """
[house]
name = "Acme Support"
time_zone = "America/New_York"
countries = ["US", "CA"]
[[numbers]]
number = "+12025550100"
"""
DANA = '[[contacts]]\nname = "Dana"\nphones = ["+12025550121"]\n'
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
    ('[texts]\ncontact_request = "HX123"', "texts.contact_request: is no sid of a content template: HX, and 32 digits"),
    ("[[peopel]]", 'peopel: is not known; did you mean "people"?'),
    (SAM + SAM, "people[2].name: Sam is somebody else's name as well"),
    (SAM + SAM.replace("Sam", "Kim"), "people[2].phone: +12025550111 is somebody else's as well"),
    (SAM.replace("0111", "0100"), "people[1].phone: +12025550100 is a number of our own"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550100"]', "contacts[1].phones: +12025550100 is a number of our"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121", 3]', "contacts[1].phones[2]: 3 is not a telephone"),
    (DANA + 'handles = { blusky = "@dana.example" }', 'contacts[1].handles.blusky: is no network that the house knows; did you mean "bluesky"'),
    (DANA + 'handles = { bluesky = "d\u0430na.example" }', "contacts[1].handles.bluesky: is no name on Bluesky"),
    (DANA + 'handles = { bluesky = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa" }', "write the handle that people see"),
    (DANA + f'handles = {{ x = "{"d" * 300}" }}', "contacts[1].handles.x: is no name on X: that is too long"),
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


@pytest.mark.parametrize("phone,why", [
    ("+447400123456", "is in GB, where this house calls nobody: add it to house.countries"),
    ("+18005550199", "is no ordinary line, and the house would never ring it"),
    ("+18765550123", "is in JM, where this house calls nobody: add it to house.countries"),
])
def test_who_works_here_can_be_called(problems, phone, why):
    assert problems(HOUSE + SAM.replace("+1 (202) 555-0111", phone)) == [f"people[1].phone: {phone} {why}"]
    assert problems(HOUSE + SAM + f'[escalation]\nalarm_text = "{phone}"\n') == [f"escalation.alarm_text: {phone} {why}"]


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
    rung = '[[ladders.rungs]]\nwho = "{}"\nhow = "ring+text"\nafter = "{}m"\ntimes = 2\n'
    who = ("owner", "Sam", "agent", "on-call:night", "all:agent", "next:agent")
    night = '[[schedules]]\nname = "night"\ncalendar = "night.ics"\n'
    house = read(HOUSE + SAM + night + ladder + "".join(rung.format(each, 10 * at) for at, each in enumerate(who)))
    assert [each.who for each in house.ladders[0].rungs] == list(who)
    assert house.ladders[0].rungs[1] == Rung("Sam", "ring+text", timedelta(minutes=10), 2)
    assert house.escalation == EscalationRules(is_on=True)


def rungs(*told, of='name = "default"'):
    """A ladder of these rungs: who, after how long, and whatever else there is to say."""
    return f"[[ladders]]\n{of}\n" + "".join(
        f'[[ladders.rungs]]\nwho = "{who}"\nhow = "ring"\nafter = "{after}"\n{more}\n' for who, after, more in told)


@pytest.mark.parametrize("text,problem", [
    (rungs(("owner", "0s", "")), "ladders[1].rungs: has no end"),
    (rungs(("Sam", "0s", "")).replace('"ring"', '"text"'), "ladders[1].rungs: rings nobody at any hour"),
    (rungs(("Sam", "0s", 'hours = "in hours"'), ("owner", "5m", "")), "ladders[1].rungs: has no end"),
    (rungs(("manager of owner", "0s", "")), "ladders[1].rungs[1].who: nobody of this file has a manager"),
    (rungs(("manager of Sam", "0s", "")), "ladders[1].rungs[1].who: Sam has no manager in this file"),
    (rungs(("manager of Sem", "0s", "")), 'ladders[1].rungs[1].who: "Sem" is nobody of this file; did you mean "Sam"?'),
    (rungs(("Sam", "5m", ""), ("agent", "5m", "")), "rungs[2].after: is climbed at the same moment as rungs[1]"),
    (rungs(("Sam", "0s", "times = 3"), ("agent", "10m", "")), "rungs[1], which is repeated every 5 minutes"),
    (rungs(("manager", "0s", "")), "rungs[1].who: nobody of this file is a manager"),
    (rungs(("all:supervisor", "0s", "")), "rungs[1].who: nobody of this file is a supervisor"),
    (rungs(("all:bakers", "0s", "")), 'rungs[1].who: "all:bakers" is nobody of this file'),
    (rungs(("on-call:nihgt", "0s", "")) + '[[schedules]]\nname = "night"\ncalendar = "night.ics"\n',
     'rungs[1].who: there is no schedule "nihgt"; did you mean "night"?'),
    (rungs(("Sam", "0s", 'hours = "sometimes"')), 'rungs[1].hours: "sometimes" is not one of always, in hours'),
    (rungs(("Sam", "200h", "")), "rungs[1].after: must be a week at most"),
    (rungs(("Sam", "0s", ""), of='name = "x"\nrules = ["mention_unatended"]'),
     'ladders[1].rules: there is no rule "mention_unatended"; did you mean "mention_unattended"?'),
    (rungs(("Sam", "0s", ""), of='name = "x"\nskills = ["tax"]') + rungs(("Sam", "0s", ""), of='name = "y"\nskills = ["tax"]'),
     "ladders[2].skills: tax has another ladder already"),
    (rungs(("Sam", "0s", ""), of='name = "x"') + rungs(("Sam", "0s", ""), of='name = "y"'), "ladders[2]: is climbed by no case"),
    ('[escalation]\ntext = "5s"', 'escalation.text: must be from "1m" to "3d"'),
    ('[escalation]\noff = ["marked"]', 'escalation.off: there is no rule "marked"; did you mean "marked_person"?'),
    ('[escalation]\nalarm_text = "112"', "escalation.alarm_text: 112 is not a telephone number"),
    ('[escalation]\nmay_send_down = ["+12025550121", "Maria"]',
     "escalation.may_send_down[2]: Maria is not a telephone number; it begins with + and the country's code"),
    ('[escalation]\ncontacts = 0', "escalation.contacts: must be from 1"),
    ('[escalation.words]\nbig_effects = ["krank"]', 'escalation.words.big_effects: is not known; did you mean "big_effect"'),
    ('[escalation.words]\ntext_unanswered = ["krank"]', "escalation.words.text_unanswered: is not known"),
    ('[escalation.words]\nbig_effect = "krank"', "escalation.words.big_effect: must be a list of words"),
    ('[escalation.words]\nbig_effect = ["a*"]', 'escalation.words.big_effect: "a*" is too short to tell anything'),
    ('[escalation.words]\nbig_effect = ["kr*nk"]', 'escalation.words.big_effect: "kr*nk" has a "*" elsewhere than at its end'),
    ('[escalation.words]\nbig_effect = ["(krank)"]', 'escalation.words.big_effect: "(krank)" must begin and end with a letter'),
    (f'[escalation.words]\nbig_effect = {[f"word{at}" for at in range(101)]}', "escalation.words.big_effect: are more than 100 words"),
])
def test_a_ladder_that_could_lead_nowhere_is_named(problems, text, problem):
    found = problems(HOUSE + SAM + text)
    assert any(problem in each for each in found), found


# ---- those who ring ----


def house_with(line):
    return HOUSE.replace("[house]", f"[house]\n{line}")


def test_a_house_that_says_nothing_of_callers_treats_them_as_usual(read):
    house = read(HOUSE)
    assert house.ways == Ways()
    assert (house.ways.rings_first, house.ways.calendar, house.ways.line.places) == ("agent", None, 50)
    assert house.numbers[0] == Number("+12025550100")


def test_what_a_house_says_of_callers_is_kept(read):
    house = read(house_with('rings_first = "customer"\ninsider_code = "471125"\nholidays = "US-NY"') + SAM + """
skills = ["billing"]
takes = "known"
greeting = "This is Sam. Please leave a message."
[[numbers]]
number = "+12025550101"
greeting = "Billing at Acme."
skill = "billing"
[[closed]]
day = 2026-12-24
why = "Christmas Eve"
[[closed]]
day = "2026-11-27"
why = "our anniversary"
[line]
strategy = "all at once"
places = 7
longest_wait = "90s"
[voicemail]
greeting = "Nobody can talk just now."
transcribe = false
erase_at_carrier = true
longest = "2m"
""")
    assert house.ways == Ways(
        "customer", "471125", "US-NY",
        (Closing(date(2026, 11, 27), "our anniversary"), Closing(date(2026, 12, 24), "Christmas Eve")),
        LineRules("all at once", 7, 90 * SECONDS), MessageRules("Nobody can talk just now.", False, True, 2 * MINUTES),
    )
    assert house.numbers[1] == Number("+12025550101", greeting="Billing at Acme.", skill="billing")
    assert (house.people[0].takes, house.people[0].greeting) == ("known", "This is Sam. Please leave a message.")


def test_the_code_is_told_to_nobody(read):
    assert "471125" not in repr(read(house_with('insider_code = "471125"')))


@pytest.mark.parametrize("given,problem", [
    ('"4711"', "must be 6 to 8 digits"), ('"471125471"', "must be 6 to 8 digits"), ('"47112a"', "must be 6 to 8 digits"),
    ("471125", 'must be 6 to 8 digits in quotes, such as "471125"'), ('""', "must be 6 to 8 digits"),
    *[(f'"{code}"', "is easily guessed") for code in
      ("111111", "123456", "654321", "890123", "135791", "121212", "471471", "47114711")],
    ('"550100"', "is the end of a number of ours"),
])
def test_a_wrong_code_is_named_and_not_shown(problems, given, problem):
    (found,) = problems(house_with(f"insider_code = {given}"))
    assert found.startswith(f"house.insider_code: {problem}")
    assert len(given) < 3 or given == "471125" or given.strip('"') not in found


@pytest.mark.parametrize("given,hint", [
    ("UK", '; did you mean "GB"?'), ("us-ny", '; did you mean "US-NY"?'), ("UK-SCT", '; did you mean "GB-SCT"?'),
    ("GB-SCOTLAND", '; of GB there are "GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"'), ("XQ", ""), ("US-", '; did you mean "US"?'),
])
def test_holidays_of_nowhere_are_named(problems, given, hint):
    (found,) = problems(house_with(f'holidays = "{given}"'))
    assert found.startswith(f'house.holidays: "{given}" is no country, and no part of one, whose holidays we know{hint}')


@pytest.mark.parametrize("text,problem", [
    ('[[closed]]\nday = "24.12.2026"\nwhy = "x"', 'closed[1].day: "24.12.2026" is not a day such as 2026-12-24'),
    ('[[closed]]\nday = "20261224"\nwhy = "x"', "closed[1].day"),
    ('[[closed]]\nday = "2026-02-29"\nwhy = "x"', "closed[1].day: 2026-02-29 is not in the calendar"),
    ('[[closed]]\nday = 2026-12-24T10:00:00\nwhy = "x"', 'closed[1].day: "2026-12-24 10:00:00" is not a day'),
    ("[[closed]]\nday = 24\nwhy = 'x'", "closed[1].day: must be a day such as 2026-12-24"),
    ("[[closed]]\nwhy = 'x'", "closed[1].day: is missing; it must be a day"),
    ("[[closed]]\nday = 2026-12-24", "closed[1].why: is missing; it must be the reason that callers hear"),
    ("[[closed]]\nday = 2026-12-24\nwhy = 'a'\n[[closed]]\nday = '2026-12-24'\nwhy = 'b'",
     "closed[2].day: 2026-12-24 is there twice"),
    ('[line]\nstrategy = "in ordr"', 'line.strategy: "in ordr" is not one of longest idle, in order, all at once; did you mean "in order"?'),
    ("[line]\nplaces = 0", "line.places: must be from 1 to 1000"),
    ("[line]\nplaces = 1001", "line.places: must be from 1 to 1000"),
    ('[line]\nlongest_wait = "59s"', 'line.longest_wait: must be from "1m" to "4h"'),
    ('[line]\nlongest_wait = "5h"', 'line.longest_wait: must be from "1m" to "4h"'),
    ('[line]\nlongest_wait = "a while"', 'line.longest_wait: "a while" is not a length of time such as "30s", "20m"'),
    ('[line]\nlongest_wait = ""', 'line.longest_wait: "" is not a length of time'),
    ("[line]\nlongest_wait = 20", "line.longest_wait: must be a length of time"),
    ("[line]\nplace = 3", 'line.place: is not known; did you mean "places"?'),
    ("[[line]]", "line: must be a table, written [line]"),
    ('[[recording]]\nhow = "announce"\npurpose = "x"', 'recording[1].countries: must name countries, or the rule say "everybody = true"'),
    ('[[recording]]\ncountries = ["US"]\neverybody = true\nhow = "ask"\npurpose = "x"', "recording[1].countries: must name"),
    ('[[recording]]\ncountries = ["USA"]\nhow = "ask"\npurpose = "x"', 'recording[1].countries: "USA" is not the two letters'),
    ('[[recording]]\ncountries = ["US"]\npurpose = "x"', "recording[1].how: is missing"),
    ('[[recording]]\ncountries = ["US"]\nhow = "always"\npurpose = "x"', 'recording[1].how: "always" is not one of announce'),
    ('[[recording]]\ncountries = ["US"]\nhow = "ask"', "recording[1].purpose: is missing"),
    ('[[recording]]\ncountries = ["US"]\nhow = "never"\ndays = 0', "recording[1].days: must be from 1 to 3650"),
    ('[[recording]]\neverybody = true\nhow = "never"\nnumbers = ["+12025550177"]', "recording[1].numbers: +12025550177 is not a number of ours"),
    ('[recording]\nhow = "ask"', "recording: must be tables, each written [[recording]]"),
    ('[voicemail]\nlongest = "11m"', 'voicemail.longest: must be from "10s" to "10m"'),
    ('[voicemail]\ntranscribe = "yes"', "voicemail.transcribe: must be true or false"),
    (f'[voicemail]\ngreeting = "{"x" * 501}"', "voicemail.greeting: is longer than 500 characters"),
    ('[voicemail]\ngreeting = "\\u0007"', "voicemail.greeting: has characters that cannot be printed"),
    ('[voicemail]\ngreeting = ""', "voicemail.greeting: is empty"),
    ('[replies]\nrefund = ""', "replies.refund: is empty"),
    ('[replies]\nrefund = 5', "replies.refund: must be the words that the customer reads"),
    (f'[replies]\nrefund = "{"x" * 1001}"', "replies.refund: is longer than 1000 characters"),
    ('[replies]\n"Refund now" = "x"', "replies.Refund now: is no name for a reply"),
    ('[networks.twiter]\nshort = true', 'networks.twiter: is no network that we know'),
    ('[networks.x]\nsign = "^SM"', 'networks.x.sign: is not known; did you mean "signature"?'),
    ('[networks]\nx = "^SM"', "networks.x: must be a table with opening, signature or short"),
    ('[networks.x]\nsignature = "^{name}"', 'networks.x.signature: has "{name}", and only {house}, {first_name}, {initials} are filled in'),
    ('[networks.x]\nsignature = "{first_name"', 'networks.x.signature: has "{first_name"'),
    ('[networks.threads]\nopening = "@acme on X:"', "networks.threads.opening: names an account, an address or a number"),
    ('[networks.x]\nsignature = "or 202 555 0177"', "networks.x.signature: names an account, an address or a number"),
    (f'[networks.x]\nsignature = "{"x" * 61}"', "networks.x.signature: is longer than 60 characters"),
    ('[networks.x]\nshort = "yes"', "networks.x.short: must be true or false"),
    ('[[numbers]]\nnumber = "+12025550101"\ngreeting = 7', "numbers[2].greeting: must be a text that is said to callers"),
    ('[[numbers]]\nnumber = "+12025550101"\nskill = "biling"\n' + SAM + 'skills = ["billing"]',
     'numbers[2].skill: nobody has the skill "biling"; did you mean "billing"?'),
    (SAM + 'takes = "friends"', 'people[1].takes: "friends" is not one of everyone, known, insiders'),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121", "+1 202 555 0121"]', "contacts[1].phones: +12025550121 is there twice"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121"]\ninsider = 1', "contacts[1].insider: must be true or false"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121"]\npage = "http://dana.example"', "contacts[1].page: must begin with https://"),
    ('[[contacts]]\nname = "Dana"\nphones = ["+12025550121"]\n' * 2, "contacts[2].phones: +12025550121 is there with another Dana"),
])
def test_each_wrong_word_about_callers_is_named(problems, text, problem):
    found = problems(HOUSE + text)
    assert any(problem in each for each in found), found


def test_two_contacts_may_share_a_telephone(read):
    contact = '[[contacts]]\nname = "{}"\nphones = ["+12025550121"]\n'
    house = read(HOUSE + contact.format("Dana") + "insider = true\n" + contact.format("Ben") + "blocked = true\n")
    assert house.contacts == (Customer("Dana", ("+12025550121",), insider=True), Customer("Ben", ("+12025550121",), blocked=True))


def test_each_network_has_its_voice(read):
    ways = read(HOUSE + SAM + '[networks.x]\nsignature = "^{initials}"\nshort = true\n[networks.bluesky]\nopening = "Hello!"').ways
    assert ways.voices == (("x", Voice("", "^{initials}", True)), ("bluesky", Voice("Hello!")))


def test_saved_replies_keep_their_order(read):
    replies = read(HOUSE + SAM + '[replies]\nrefund = "It takes  five days."\nhours = "9 to 5"').ways.replies
    assert replies == (("refund", "It takes five days."), ("hours", "9 to 5"))


def test_whose_talks_are_recorded(read):
    house = read(HOUSE + """
[[recording]]
countries = ["DE", "AT"]
how = "ask"
purpose = "training"
days = 14
[[recording]]
everybody = true
numbers = ["+12025550100"]
how = "never"
""")
    assert house.ways.recording == (
        RecordingRule(("DE", "AT"), (), "ask", "training", timedelta(days=14)),
        RecordingRule((), ("+12025550100",), "never", "", timedelta(days=30)),
    )


MARIA = """
[[people]]
name = "Maria"
phone = "+12025550112"
roles = ["manager"]
"""


def test_a_manager_shares_what_climbs_and_lives_elsewhere(read):
    maria = read(HOUSE + SAM + MARIA + 'share = 30\ndelegate = "Sam"\ntime_zone = "Europe/London"\n').people[1]
    assert (maria.share, maria.delegate, maria.zone) == (30, "Sam", "Europe/London")


@pytest.mark.parametrize("told, wrong", [
    ("share = 30", "people[2].share: leaves some to nobody: name a delegate"),
    ("share = 101", "people[2].share: must be from 0 to 100"),
    ('share = "30"', "people[2].share: must be from 0 to 100, in a hundred"),
    ('time_zone = "Europe/Londn"', 'people[2].time_zone: "Europe/Londn" is not a time zone; did you mean "Europe/London"?'),
    ('delegate = "Maria"', "people[2].delegate: leads in a circle: Maria to Maria"),
    ('manager = "Maria"', "people[2].manager: leads in a circle: Maria to Maria"),
    ('manager = "Sem"', 'people[2].manager: "Sem" is nobody of this file; did you mean "Sam"?'),
    ('manager = "Sam"\n' + rungs(("manager of owner", "0s", "")),
     "ladders[1].rungs: has no end: beside the owner, whom not every case has, and their manager, somebody must be told at any hour"),
])
def test_a_share_that_makes_no_sense(problems, told, wrong):
    assert problems(HOUSE + SAM + MARIA + told) == [wrong]


def test_how_often_customers_hear_from_us(read):
    assert read(HOUSE).ways.promises.update_every == timedelta(days=1)
    assert read(HOUSE + '[promises]\nupdate_every = "3d"\n').ways.promises.update_every == timedelta(days=3)


@pytest.mark.parametrize("told, wrong", [
    ('[promises]\nupdate_every = "30m"', 'promises.update_every: must be from "1h" to "14d"'),
    ('[promises]\nupdate_every = "15d"', 'promises.update_every: must be from "1h" to "14d"'),
    ('[promises]\nupdate_evry = "1d"', 'promises.update_evry: is not known; did you mean "update_every"?'),
    (SAM + 'delegate = "Kym"\n[[people]]\nname = "Kim"\nphone = "+12025550112"',
     'people[1].delegate: "Kym" is nobody of this file; did you mean "Kim"?'),
])
def test_a_promise_that_makes_no_sense(problems, told, wrong):
    assert problems(HOUSE + told) == [wrong]


def test_delegates_who_stand_in_for_each_other_are_told(problems):
    """A circle of three, and whoever leads into it is not part of it."""
    names = {"Ann": "Ben", "Ben": "Cid", "Cid": "Ann", "Dan": "Ann"}
    people = "".join(f'[[people]]\nname = "{name}"\nphone = "+1202555011{at}"\ndelegate = "{other}"\n'
                     for at, (name, other) in enumerate(names.items()))
    assert problems(HOUSE + people) == [
        "people[1].delegate: leads in a circle: Ann to Ben to Cid to Ann",
        "people[2].delegate: leads in a circle: Ben to Cid to Ann to Ben",
        "people[3].delegate: leads in a circle: Cid to Ann to Ben to Cid"]


LADDER = '[[ladders]]\nname = "press"\n[[ladders.rungs]]\nwho = "Sam"\nhow = "ring"\nafter = "0s"\n'
RULE = '[[escalation.rules]]\nname = "loud"\nwhen = "case.reach > 5000"\nwhy = "many read it"\n'


def test_rules_of_the_houses_own(read):
    house = read(HOUSE + SAM + LADDER + RULE + 'ladder = "press"\n')
    assert house.escalation.conditions == (Condition("loud", "case.reach > 5000", "many read it", "press"),)
    assert house.ladders[0].rules == ("loud",)


@pytest.mark.parametrize("old, new, wrong", [
    ("5000", "5000 &&", "escalation.rules[1].when: cannot be understood: look at its character 21"),
    ("case.reach", "case.reech", 'escalation.rules[1].when: "case.reech" is not known; did you mean "case.reach"?'),
    (" > 5000", "", "escalation.rules[1].when: is neither true nor false"),
    ('"case.reach > 5000"', "5000", 'escalation.rules[1].when: must be a condition such as "case.times >= 3"'),
    ('when = "case.reach > 5000"\n', "", 'escalation.rules[1].when: is missing; it must be a condition such as "case.times >= 3"'),
    ('"loud"', '"Loud one"', 'escalation.rules[1].name: "Loud one" is no name for a rule; take up to 40 small letters, digits and _'),
    ('"loud"', '"star_key"', "escalation.rules[1].name: is a rule that the house has anyhow; take another name"),
    ('"many read it"\n', '"many read it"\nladder = "pres"\n',
     'escalation.rules[1].ladder: there is no ladder "pres"; did you mean "press"?'),
    (RULE, RULE + RULE, "escalation.rules[2].name: loud is another rule's name as well"),
])
def test_a_rule_that_makes_no_sense(problems, old, new, wrong):
    assert problems(HOUSE + SAM + LADDER + RULE.replace(old, new)) == [wrong]


def test_rules_without_a_ladder_climb_nothing(problems):
    assert problems(HOUSE + SAM + RULE) == ["escalation.rules: climb nothing: write [[ladders]] as well"]
