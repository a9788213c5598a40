"""Codes: single use, five tries, ten minutes, bound to number, account and purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.identity.graph import KEY
from voice_gateway import proof_codes
from voice_gateway.store.identity import challenges
from voice_gateway.store.tables import ChallengeRow, EvidenceRow

WRONG = "2222-2222"


def test_a_code_goes_to_the_number_and_comes_back_from_the_account(town):
    tel, alice = town.tel(1), town.account("alice")
    answered = town.answers(town.code(tel, alice).code.lower(), alice, channel_sid="post 7")
    assert answered.was_right
    assert town.reaches(town.case(alice)) == tel
    kept = town.memory.execute(select(EvidenceRow.kind, EvidenceRow.channel_sid)).all()
    assert [tuple(row) for row in kept] == [("otp_roundtrip", "post 7")]


def test_or_the_other_way_round(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice, challenges.TO_ACCOUNT).code
    assert len(code) == 6
    assert code.isdigit()
    assert town.answers(code, tel).proved
    assert town.reaches(town.case(alice)) == tel


def test_or_typed_where_they_have_just_signed_in_and_nowhere_else(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice, challenges.SIGNED_IN, sitting="s1").code
    assert not town.answers(code, alice).was_right
    assert not town.answers(code, alice, sitting="s2").was_right
    assert town.answers(code, alice, sitting="s1").proved
    assert list(town.memory.scalars(select(EvidenceRow.kind))) == ["oauth_otp"]
    with pytest.raises(ValueError, match="sitting"):
        town.code(tel, alice, challenges.SIGNED_IN)
    with pytest.raises(ValueError, match="sitting"):
        town.code(tel, alice, challenges.TO_NUMBER, sitting="s1")


def test_a_code_counts_once(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice).code
    assert town.answers(code, alice).proved
    assert not town.answers(code, alice).was_right


def test_a_code_from_somebody_else_is_nothing_and_costs_nothing(town):
    tel, alice, eve = town.tel(1), town.account("alice"), town.account("eve")
    code = town.code(tel, alice).code
    for _ in range(20):
        assert not town.answers(code, eve).was_right
        assert not town.answers(code, tel).was_right
    assert town.answers(code, alice).proved


def test_a_code_of_another_number_proves_that_number_only(town):
    alice, eve = town.account("alice"), town.account("eve")
    town.code(town.tel(1), alice)
    hers = town.code(town.tel(2), eve).code
    assert not town.answers(hers, alice).was_right
    assert town.answers(hers, eve).proved
    assert town.reaches(town.case(eve)) == town.tel(2)
    assert town.reaches(town.case(alice)) is None


def test_five_wrong_tries_end_it(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice).code
    for _ in range(challenges.MOST_TRIES):
        assert not town.answers(WRONG, alice).was_right
    assert not town.answers(code, alice).was_right


def test_four_wrong_tries_do_not(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice).code
    for _ in range(challenges.MOST_TRIES - 1):
        town.answers(WRONG, alice)
    assert town.answers(code, alice).proved


def test_after_ten_minutes_it_is_void(town):
    tel, alice = town.tel(1), town.account("alice")
    code = town.code(tel, alice).code
    town.now += challenges.HOLDS
    assert not town.answers(code, alice).was_right


def test_a_new_code_voids_the_older(town):
    tel, alice = town.tel(1), town.account("alice")
    old, new = town.code(tel, alice).code, town.code(tel, alice).code
    assert not town.answers(old, alice).was_right
    assert town.answers(new, alice).proved


def test_five_codes_a_day_are_enough(town):
    tel, alice = town.tel(1), town.account("alice")
    for n in range(challenges.MOST_A_DAY):
        town.code(tel, town.account(f"bob {n}"))
        town.code(town.tel(2 + n), alice)
    with pytest.raises(challenges.TooMany):
        town.code(tel, town.account("eve"))
    with pytest.raises(challenges.TooMany):
        town.code(town.tel(9), alice)
    town.now += timedelta(days=1)
    town.code(tel, alice)


@pytest.mark.parametrize("way, more", [(challenges.TO_NUMBER, {}), (challenges.TO_ACCOUNT, {}), (challenges.SIGNED_IN, {"sitting": "s1"})])
def test_one_number_alone_does_not_use_up_an_account(town, way, more):
    alice, hers, eves = town.account("alice"), town.tel(1), town.tel(2)
    for _ in range(challenges.MOST_FOR_BOTH):
        town.code(eves, alice, way, **more)
    with pytest.raises(challenges.TooMany):
        town.code(eves, alice, way, **more)
    assert town.answers(town.code(hers, alice).code, alice).proved


def test_nor_do_many_that_ask_for_themselves(town):
    """Their codes go to them, so they cost the account nothing; nor does it cost whoever asks for themselves what others were sent."""
    alice = town.account("alice")
    for n in range(2 * challenges.MOST_A_DAY):
        eves = town.tel(10 + n)
        town.code(eves, alice, case_id=town.case(eves))
    for n in range(challenges.MOST_A_DAY):
        hers = town.tel(30 + n)
        town.code(hers, alice, challenges.TO_ACCOUNT, case_id=town.case(hers))
    with pytest.raises(challenges.TooMany):
        town.code(town.tel(1), alice, challenges.TO_ACCOUNT, case_id=town.case(town.tel(1)))
    with pytest.raises(challenges.TooMany):
        town.code(town.tel(1), alice, case_id=town.case(alice))
    assert town.answers(town.code(town.tel(1), alice, case_id=town.case(town.tel(1))).code, alice).proved


def test_no_code_is_kept_and_old_ones_are_forgotten(town):
    issued = town.code(town.tel(1), town.account("alice"))
    row = town.memory.execute(select(ChallengeRow.code_hash, ChallengeRow.salt)).one()
    assert issued.code.replace("-", "") not in row.code_hash
    assert row.code_hash == proof_codes.digest(KEY, row.salt, issued.code)
    assert row.code_hash != proof_codes.digest("another key", row.salt, issued.code)
    assert challenges.forget(town.memory, town.now + timedelta(days=1)) == 0, "the newest stays, or its number would be given anew"
    town.code(town.tel(1), town.account("alice"))
    assert challenges.forget(town.memory, town.now + timedelta(days=1)) == 1


@pytest.mark.parametrize("words,code", [
    ("@acme K7QX-M2PA", "K7QXM2PA"),
    ("my code is k7qx m2pa, thanks", "K7QXM2PA"),
    ("K7QXM2PA", "K7QXM2PA"),
    ("123456", "123456"),
    ("it is 123456.", "123456"),
    ("1234567", ""),
    ("what a NICE-DAYS", ""),
    ("K7QX-M2PA or K7QX-M2PB", ""),
    ("", ""),
    ("K7QX\u200bM2PA", ""),
])
def test_a_code_is_found_among_words(words, code):
    assert proof_codes.found_in(words) == code


def test_codes_are_found_as_they_are_made():
    for n in range(200):
        code = proof_codes.written(KEY, str(n))
        assert proof_codes.found_in(f"hi @acme {code}!") == code.replace("-", "")
        assert proof_codes.found_in(proof_codes.typed(KEY, str(n))) == proof_codes.typed(KEY, str(n))


def test_a_code_is_the_same_whenever_it_is_sent_and_another_with_another_key():
    assert proof_codes.written(KEY, "salt") == proof_codes.written(KEY, "salt")
    assert len({proof_codes.typed(key, salt) for key in (KEY, "another key") for salt in ("a", "b")}) == 4


def test_a_proof_is_news_also_when_all_older_codes_were_forgotten(town):
    """The database may give a number anew: two proofs never looked like one because of that."""
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    town.memory.execute(delete(ChallengeRow))
    town.now += timedelta(days=60)
    assert town.proves(tel, alice).is_new
    assert town.reaches(town.case(alice)) == tel
