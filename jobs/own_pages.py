"""Contacts' own pages are read once a week: do they and a profile on a network still name each other?"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing

from flows import networks
from flows.facts import HOURS
from flows.identity import DAYS
from flows.networks import NotAHandle
from flows.posts import Author
from jobs.workshop import Workshop, job
from voice_gateway import clock, rel_me
from voice_gateway.networks import Network, Trouble
from voice_gateway.public_web import NotPublic, PublicWeb, Unanswered
from voice_gateway.store import posts
from voice_gateway.store.identity import own_pages

log = logging.getLogger(__name__)

AGAIN = 7 * DAYS - 12 * HOURS
"""Before what was seen is over; until then there is time for a page that does not answer at once."""
AFTER_TROUBLE = 3 * HOURS
"""For a page of which the house's own file tells. Those of lists are many, and some never answer."""
MOST_AT_ONCE = 20
GONE = (404, 410)


@job("calm")
def look_at_own_pages(shop: Workshop) -> None:
    """Read those whose time has come. The house goes to public addresses only."""
    with closing(PublicWeb()) as web:
        look(shop, web)


def look(shop: Workshop, web: PublicWeb) -> None:
    """The same, by this way to the web. A page that cannot be read changes nothing; what was seen there runs out."""
    with shop.gateway.store.reading() as memory:
        due = own_pages.due(memory, clock.now(), MOST_AT_ONCE)
    for contact in due:
        with shop.gateway.store.transaction() as memory:
            own_pages.again(memory, contact.id, clock.now() + (AGAIN if contact.by_a_list else AFTER_TROUBLE))
        try:
            named = list(_both_ways(shop, contact.page, _links(web, contact.page))) if contact.page else []
        except (NotPublic, Unanswered, Trouble) as trouble:
            log.warning("the page of contact %s cannot be looked at: %s", contact.id, trouble)
            continue
        now = clock.now()
        with shop.gateway.store.transaction() as memory:
            known = (posts.author_of(memory, each, networks.of(each.network).namespace, now) for each in named)
            own_pages.seen(memory, contact.id, contact.page, [each.id for each in known if each], now)
            own_pages.again(memory, contact.id, now + AGAIN if contact.page else None)


def _links(web: PublicWeb, page: str) -> list[str]:
    """What the page calls its owner's; nothing where it is gone. In which letters it says to be written is not believed.

    Raises NotPublic, Unanswered.
    """
    answer = web.ask("GET", page)
    if not (answer.is_success or answer.status_code in GONE):
        raise Unanswered(f"it answers with {answer.status_code}")
    return rel_me.links(answer.content.decode(errors="replace")) if answer.is_success else []


def _both_ways(shop: Workshop, page: str, links: list[str]) -> Iterator[Author]:
    """The accounts that the page names, and on whose profile their network has seen the page. Raises Trouble."""
    for network in shop.networks.values():
        proves_page = getattr(network, "proves_page", None)
        if proves_page:
            yield from (author for author in _named(network, links) if proves_page(author, page))


def _named(network: Network, links: list[str]) -> Iterator[Author]:
    """Whose accounts on this network these addresses are."""
    for link in links:
        try:
            author = network.who_is(networks.of(network.name).handle(link))
        except NotAHandle:
            continue
        if author:
            yield author
