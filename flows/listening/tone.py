"""How a post sounds, by words that each language has for it, with the word that made us think so.

It is a floor: what it finds is there, and much is there that it does not find. Nobody is passed over because of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALARM, SORE = "alarm", "sore"

WORDS = {
    "en": {
        ALARM: r"stranded|ambulance|hospital|bleeding|unconscious|fire|on fire|poison\w*|police|emergency|allergic|"
               r"suicid\w*|lawyers?|lawsuit|sue|suing|journalists?|reporters?|newspapers?|press|scam|fraud|stolen",
        SORE: r"broken|broke|angry|furious|worst|terrible|awful|horrible|disgust\w*|useless|never again|refund|cancel\w*|"
              r"complain\w*|unacceptable|ridiculous|rude|ignored|nobody (?:answers|helps|cares)|no (?:reply|answer|response)|"
              r"still waiting|waiting (?:for )?(?:\d+|an?|two|three|several) (?:minutes?|hours?|days?|weeks?)|hours? on hold|"
              r"does ?n[o']t work|not working|down again|disappoint\w*|let down|ashamed|shame on|damaged|overcharged|rip-?off",
    },
    "de": {
        ALARM: r"notfall|krankenhaus|feuer|brennt|polizei|verletzt|anwalt|anw\u00e4lt\w*|klage|presse|zeitung|betrug|gestohlen|vergift\w*",
        SORE: r"kaputt|w\u00fctend|schlecht\w*|furchtbar|schrecklich|unversch\u00e4mt\w*|nie wieder|erstattung|k\u00fcndig\w*|beschwerde|"
              r"niemand (?:antwortet|hilft)|keine antwort|warte (?:immer noch|seit)|funktioniert nicht|geht nicht|entt\u00e4usch\w*|frech\w*",
    },
    "es": {
        ALARM: r"emergencia|hospital|incendio|fuego|polic\u00eda|abogad\w*|demanda|prensa|periodista\w*|estafa|fraude|robad\w*|intoxic\w*",
        SORE: r"roto|rota|enfadad\w*|furios\w*|p\u00e9sim\w*|terrible|horrible|verg\u00fcenza|nunca m\u00e1s|reembolso|cancelar|queja|"
              r"nadie (?:contesta|responde|ayuda)|sin respuesta|sigo esperando|no funciona|decepcion\w*|inaceptable",
    },
    "fr": {
        ALARM: r"urgence|h\u00f4pital|incendie|feu|police|avocat\w*|proc\u00e8s|presse|journaliste\w*|arnaque|fraude|vol\u00e9\w*|intoxiqu\w*",
        SORE: r"cass\u00e9\w*|furieu\w*|en col\u00e8re|nul|nulle|horrible|honte|plus jamais|remboursement|annuler|plainte|"
              r"personne ne (?:r\u00e9pond|m'aide)|aucune r\u00e9ponse|j'attends (?:toujours|depuis)|ne marche (?:pas|plus)|d\u00e9\u00e7u\w*|inadmissible",
    },
}
_WORDS = {level: re.compile("|".join(rf"\b(?:{each[level]})\b" for each in WORDS.values()), re.IGNORECASE)
          for level in (ALARM, SORE)}
SHOUTS = re.compile(r"!{3,}|\?{3,}")
LOOKED_AT = 2000  # letters


@dataclass(frozen=True, slots=True)
class Tone:
    """`is_sore`: somebody is upset; `is_alarm`: somebody may be in danger, or it is about to be told to many. `why` in words."""

    is_sore: bool = False
    is_alarm: bool = False
    why: str = ""


def of(words: str) -> Tone:
    """By the first word that tells."""
    plain = words[:LOOKED_AT].replace("\u2019", "'")
    if alarm := _WORDS[ALARM].search(plain):
        return Tone(is_sore=True, is_alarm=True, why=f'they say "{alarm[0].lower()}"')
    if sore := _WORDS[SORE].search(plain):
        return Tone(is_sore=True, why=f'they say "{sore[0].lower()}"')
    if SHOUTS.search(plain):
        return Tone(is_sore=True, why="they shout")
    return Tone()
