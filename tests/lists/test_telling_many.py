"""Everything about everybody of a list: a folder each, with what they sent, and nothing of anybody else."""

from __future__ import annotations

import json

from sqlalchemy import insert, select

from tests.house import MORNING
from tests.lists.test_forgetting_many import LIST, has_a_case
from voice_gateway.command_line import open_house
from voice_gateway.store.tables import CaseRow, MessageRow

PICTURE = "2026/03/k7Qx.jpg"


def sends_a_picture(memory):
    """Dana's case has a text with a picture that is kept, and one that is not any more."""
    has_a_case(memory, "+12025550121", MORNING)
    with memory.store.transaction() as connection:
        case = connection.scalar(select(CaseRow.id))
        connection.execute(insert(MessageRow), {
            "case_id": case, "role": "customer", "phone": "+12025550121", "our_number": "+12025550100", "body": "my lamp", "inbound": True,
            "ordered_at": MORNING, "pictures": [{"kept_as": PICTURE}, {"kept_as": "2026/03/gone.jpg"}, {"kept_as": "../../etc/x.jpg"}]})
    with open_house(at_head=True) as house:
        house.vault.keep(PICTURE, b"a lamp", "image/jpeg")


def test_everybody_of_a_list_gets_a_folder(desk, memory):
    desk.takes(LIST)
    sends_a_picture(memory)
    told = desk.contacts("everything", "--source", "list.csv", "--to", str(desk.folder / "answers"))
    assert told.output.endswith("4 persons with 1 recording or picture in " + str(desk.folder / "answers") + ", 0 refused, "
                                "0 addresses that nobody has\n")
    dana = json.loads((desk.folder / "answers" / "000001" / "everything.json").read_text())
    assert [each["body"] for each in dana["messages"]] == ["my lamp"]
    assert (desk.folder / "answers" / "000001" / "2026-03-k7Qx.jpg").read_bytes() == b"a lamp"
    assert sorted(each.name for each in (desk.folder / "answers" / "000001").iterdir()) == ["2026-03-k7Qx.jpg", "everything.json"]
    one = desk.types("person", "export", "+12025550121", "--to", str(desk.folder / "one"))
    assert "everything, with 1 recording or picture, in" in one.output
    assert "lamp" not in (desk.folder / "answers" / "000002" / "everything.json").read_text()


def test_one_person_twice_in_a_file_is_told_once_and_a_shared_number_not_at_all(desk, memory):
    desk.takes(LIST)
    asked = desk.list_of("phone,x\n(202) 555-0121,@canary\n+12025550123,\n+12025550199,\n", "who.csv")
    told = desk.contacts("everything", "--list", asked, "--to", str(desk.folder / "out"))
    assert told.exit_code == 1
    assert "several people use +12025550123" in told.output
    assert "1 person with 0 recordings" in told.output
    assert "1 address that nobody has" in told.output
    again = desk.contacts("everything", "--list", asked, "--to", str(desk.folder / "out"))
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    one = desk.types("person", "export", "+12025550121", "--to", str(desk.folder / "one"))
    assert "everything, with 0 recordings and pictures" in one.output
    assert json.loads((desk.folder / "one" / "everything.json").read_text())["contacts"][0]["name"] == "Dana Canary"
