"""Whether a post is praise and nothing else: such a one needs no apology.

Told by words, as its tone is, and the other way about: in doubt it is none, for what the house owes is owed until somebody
is sure. A question, a "but" or a "not" is doubt enough. Irony without such a word it does not hear; the colleague who
closes the case does.
"""

from __future__ import annotations

import re

from flows.listening import tone

WORDS = {
    "en": r"thanks|thank you|thx|kudos|well done|love|loved|wonderful|amazing|excellent|fantastic|awesome|brilliant|superb|outstanding|"
          r"great (?:job|work|service|help|team|people)|so (?:helpful|kind|friendly)|made my day|grateful|appreciate\w*|happy with|the best",
    "de": r"danke\w*|dankesch\u00f6n|gro\u00dfartig\w*|toll\w*|super|klasse|wunderbar\w*|hervorragend\w*|ausgezeichnet\w*|begeistert|lob",
    "es": r"gracias|genial\w*|excelente\w*|maravillos\w*|fant\u00e1stic\w*|estupend\w*|agradecid\w*|encantad\w*|enhorabuena",
    "fr": r"merci|bravo|g\u00e9nial\w*|excellent\w*|formidable\w*|merveilleu\w*|fantastique\w*|superbe\w*|ravi\w*|f\u00e9licitations",
}
DOUBTS = {
    "en": r"not|no|never|nothing|nobody|none|without|but|however|except|though|although|yet|until|still|if|only|instead|again|finally|"
          r"\w+n't|cannot|why|when|where|how|late|delay\w*|lost|lose|miss\w*|ruin\w*|wrong|bad|worse|problem\w*|joke|fail\w*|wait\w*|"
          r"hours?|days|weeks?|minutes?|charge\w*|twice|sorry|apolog\w*|please|need\w*|want\w*|can|could|would|should|more|another|also|question\w*",
    "de": r"nicht|kein\w*|nie|niemals|nichts|niemand|ohne|aber|doch|leider|trotz\w*|obwohl|erst|wieder|endlich|warum|wann|wo|wie|"
          r"versp\u00e4t\w*|verloren|verpasst|falsch|problem\w*|stunden?|tage|wochen?|minuten?|warte\w*|bitte|brauche\w*",
    "es": r"nunca|nada|nadie|sin|pero|aunque|salvo|todav\u00eda|por qu\u00e9|cu\u00e1ndo|d\u00f3nde|tarde|retras\w*|perdid\w*|mal|mala|problema\w*|"
          r"horas?|d\u00edas|semanas?|minutos?|espera\w*|por favor|necesit\w*|quiero",
    "fr": r"ne|n'\w+|pas|jamais|rien|personne|sans|mais|sauf|pourquoi|quand|o\u00f9|encore|enfin|retard\w*|perdu\w*|probl\u00e8me\w*|"
          r"heures?|jours|semaines?|minutes?|attend\w*|s'il|svp|besoin|voudrais",
}
_GLAD, _DOUBTFUL = (re.compile("|".join(rf"\b(?:{each})\b" for each in words.values()), re.IGNORECASE) for words in (WORDS, DOUBTS))
ASKS = re.compile(r"[?\u00bf\u061f]")
MAKES_FACES = re.compile("[\U0001f44e\U0001f494\U0001f595\U0001f612-\U0001f616\U0001f61e-\U0001f631\U0001f643\U0001f644"
                         "\U0001f921\U0001f92c\U0001f92e\U0001f4a9]")


def is_praise(words: str) -> bool:
    """Praise, and nothing in it that could be meant otherwise."""
    plain = words.replace("\u2019", "'")
    doubt = tone.of(plain).is_sore or len(plain) > tone.LOOKED_AT or any(
        each.search(plain) for each in (_DOUBTFUL, ASKS, MAKES_FACES))
    return bool(_GLAD.search(plain)) and not doubt
