"""What people do at the doors of the product: the one-time link, their WhatsApp, NOT ME, SHARED, and whom a number was left to."""

from __future__ import annotations

from bench.attack.truth import Account, Matter, Number, Person
from bench.attack.world import HOUR, KEY, MINUTE, World
from voice_gateway import codes_back
from voice_gateway.store import before
from voice_gateway.store.identity import challenges, denials, evidence, invitations, on_whatsapp, reaching
from voice_gateway.wire import OnWhatsApp


def says_whether_shared(world: World, number: Number) -> None:
    """Whoever is told of a new proof by text says SHARED when others use the number too."""
    if len(number.holders) > 1:
        world.later(world.chance.random() * MINUTE)
        evidence.share(world.memory, number.id, "customer", world.now)


# ---- the one-time link ----


def somebody_takes_a_link(world: World) -> None:
    """A post; the link; signed in or not, their number typed, the code; and then the house wants to ring them about it."""
    person = world.anybody()
    account, number = person.account(world.chance), person.number
    if number is not None and number.in_hands_of() == set(number.holders):
        _opens(world, person, account, person, account, number, reads_the_code=True)


def a_link_is_stolen(world: World) -> None:
    """A crook opens what was sent to somebody else, as themself or with the other's number, and guesses or reads the code."""
    victim, crook = world.anybody(crook=False), world.anybody(crook=True)
    world.score.attacks += 1
    number = world.chance.choice((crook.number, victim.number))
    if number is not None:
        _opens(world, victim, victim.account(world.chance), crook, crook.account(world.chance), number,
               reads_the_code=crook in number.in_hands_of())


def _opens(world: World, whose: Person, wrote: Account, who: Person, signs_in: Account, number: Number, *, reads_the_code: bool) -> None:
    case = world.matter(whose, wrote)
    token = invitations.invite(world.memory, case.id, wrote.id, world.now)
    invited = invitations.invitation(world.memory, token)
    assert invited is not None, "it was made just now"
    key = invitations.sit_down(world.memory, invited.id, world.now)
    seat = invitations.sitting(world.memory, key, world.now)
    assert seat is not None, "they sat down just now"
    alone, writes = len(number.holders) == 1, world.chance.random() < 0.4
    ticked = {name: "yes" for name, is_so in {"writes": writes, "others": not alone}.items() if is_so}
    invitations.changes(world.memory, seat.id, tel_id=number.id, remembered=ticked)
    way, whose_code, sitting = (challenges.TO_NUMBER, wrote, "") if writes else (challenges.SIGNED_IN, signs_in, seat.name)
    try:
        code = challenges.issue(world.memory, KEY, number.id, whose_code.id, way, world.now, sitting=sitting,
                                case_id=case.id, then_rings=True).code
    except challenges.TooMany:
        return
    world.later(world.chance.random() * 3 * MINUTE)
    typed = code if reads_the_code else f"{world.chance.randrange(10**6):06d}"
    back = codes_back.given(world.memory, KEY, typed, signs_in.id, world.now, sitting=sitting, alone=None if writes else alone)
    if back.came == "proved":
        invitations.use_up(world.memory, invited.id, world.now)
        if signs_in.owner is who and who in number.holders and not number.thief:
            who.proved.add(number.id)
    world.rings(case)


def somebody_is_rung_for_a_post(world: World) -> None:
    """A post, and the house looks whether it may ring, as it does for every post."""
    person = world.anybody()
    world.rings(world.matter(person, person.account(world.chance)))


# ---- WhatsApp ----


def somebody_shares_their_contact(world: World) -> None:
    """They write by WhatsApp and tap to share their number. Others who use the number have no WhatsApp there."""
    person = world.anybody()
    number = person.number
    if number is None or number.thief or number.holders[0] is not person:
        return
    there = world.whatsapp(person, number)
    vouched = number.subject if world.chance.random() < 0.7 else ""
    on_whatsapp.told(world.memory, there.handle, OnWhatsApp(there.handle, vouched=vouched), f"SM{world.count}", world.now)
    if vouched:
        says_whether_shared(world, number)
    world.rings(world.matter(person, there))


def a_contact_is_forged(world: World) -> None:
    """A crook types another's number, or shares somebody's contact unasked: WhatsApp vouches for nothing."""
    crook, victim = world.anybody(crook=True), world.anybody(crook=False)
    world.score.attacks += 1
    if crook.number is None or crook.number.thief or crook.number.holders[0] is not crook or victim.number is None:
        return
    there = world.whatsapp(crook, crook.number)
    on_whatsapp.told(world.memory, there.handle, OnWhatsApp(there.handle), f"SM{world.count}", world.now)
    world.says(victim.number.id, there.id, "customer_declared")
    world.rings(world.matter(crook, there))


def somebody_texts_call(world: World) -> None:
    """From a WhatsApp that hides its number. Some type one, for a code to go there: their own, or a crook somebody else's."""
    person = world.anybody()
    number = person.number
    if number is None or number.thief or number.holders[0] is not person:
        return
    there = world.whatsapp(person, number)
    case = world.matter(person, there)
    agreed_for = reaching.number_agreed_for(reaching.of_account(world.memory, case.id, world.now))
    for whose in filter(None, (there.id, agreed_for)):
        before.agreed(world.memory, whose, case.id, "texted CALL to be rung", "telephone", world.now)
    if world.chance.random() < 0.5:
        _types(world, person, there, case, (world.anybody().number if person.crook else None) or number)
    world.rings(case)


def _types(world: World, who: Person, there: Account, case: Matter, number: Number) -> None:
    try:
        code = challenges.issue(world.memory, KEY, number.id, there.id, challenges.TO_NUMBER, world.now, case_id=case.id,
                                then_rings=True).code
    except challenges.TooMany:
        return
    world.later(world.chance.random() * 3 * MINUTE)
    reads_it = who in number.in_hands_of()
    if codes_back.given(world.memory, KEY, code if reads_it else "7777-7777", there.id, world.now).came == "proved":
        who.proved.add(number.id)
        says_whether_shared(world, number)


# ---- what ends a link, or lets it be ----


def somebody_says_not_me(world: World) -> None:
    """Whoever reads what is sent to a number, or writes from an account, says NOT ME: of all that is claimed of it."""
    person = world.anybody()
    said_from = world.chance.choice((person.number, person.account(world.chance)))
    if said_from is None or world.chance.random() > 0.1 or person not in world.truth.hears(said_from.id):
        return
    for tel_id, account_id in denials.pairs(world.memory, said_from.id, world.now):
        denials.deny(world.memory, tel_id, account_id, "customer", "NOT ME", world.now)


def a_number_is_left_to_somebody(world: World) -> None:
    """One number goes from one to another of a family. Who has it now proves it; who had it says that this is as it should be."""
    giver, heir = world.anybody(crook=False), world.anybody(crook=False)
    number = giver.number
    if number is None or giver is heir or number.thief or len(number.holders) != 1 or world.chance.random() > 0.2:
        return
    if number.last_owned_use and world.now - number.last_owned_use < HOUR:
        world.later(HOUR)
    left = heir.number
    if left is not None:
        left.holders.remove(heir)
        left.free_since = None if left.holders else world.now
    number.holders.remove(giver)
    giver.number = None
    world.gets(heir, number)
    world.gets(giver, world.new_number())
    world.leaves_whatsapp(number)
    mine, theirs = heir.account(world.chance), giver.account(world.chance)
    for each in giver.accounts:
        if each is not theirs or mine.network != theirs.network:
            evidence.not_same(world.memory, number.id, each.id, "customer", "I have left it to somebody", world.now)
    if mine.network == theirs.network:
        _proved_and_agreed(world, number, mine, theirs)


def _proved_and_agreed(world: World, number: Number, mine: Account, theirs: Account) -> None:
    code = world.code(number.id, mine.id)
    world.later(MINUTE)
    if not code or not world.answers(code, mine.id):
        return
    try:
        agreed = challenges.issue(world.memory, KEY, number.id, theirs.id, challenges.TO_NUMBER, world.now, purpose=challenges.AGREE).code
    except challenges.TooMany:
        return
    world.answers(agreed, world.anybody(crook=True).account(world.chance).id)
    world.answers(agreed, theirs.id)
    world.rings(world.matter(mine.owner, mine))
    world.rings(world.matter(theirs.owner, theirs))


def a_colleague_believes_it_is_theirs_alone(world: World) -> None:
    """Rightly or wrongly, they say of a number that one person alone uses it."""
    number = world.chance.choice(list(world.truth.numbers.values()))
    if world.chance.random() < 0.1:
        evidence.theirs_alone(world.memory, number.id, "agent", "so I am told", world.now)


def somebody_agrees_to_be_called(world: World) -> None:
    """Consent of a number, as the form takes it."""
    number = world.chance.choice(list(world.truth.numbers.values()))
    if world.truth.matters:
        before.agreed(world.memory, number.id, world.truth.matters[-1].id, "You may call me.", "form", world.now)
