"""Words of the closed classes of English, which tie phrases together and are part of no name."""

from __future__ import annotations

_CLOSED_WORDS = """
about above across after against along alongside although amid among and around as at because before
behind below beneath beside besides between beyond but by concerning considering despite down during
except excluding following for from given if in including inside instead into lest like minus near nor
notwithstanding of off on once onto opposite or out outside over past pending per plus provided rather
regarding save since so than that though through throughout till to toward towards under underneath
unless unlike until unto up upon versus via when whenever where whereas wherever whether while whilst
with within without yet
a all an another any both each either else enough every few fewer first half last least less little many
more most much neither next no none one other others same second several some such ten the third this
these those three two four five six seven eight nine twice thrice times time double
anybody anyone anything everybody everyone everything he her hers him his i it its itself me mine my
nobody nothing our ours she somebody someone something that their theirs them there they thing us we what
whatever which whichever who whoever whom whose you your yours himself herself themselves yourself
am are be been being can cannot could did do does done had has have having is may might must never not
ought shall should was were will would
afterwards again ago almost already also altogether always anymore anyway anywhere away back beforehand
early elsewhere ever everywhere far forever here hereafter how however indeed just late later long
meanwhile maybe nearby never nevertheless now nowhere often otherwise perhaps please quite seldom
sometime sometimes somewhere soon still then thus today together tomorrow tonight too very well why
yesterday fast hard instantly straight
backward backwards forward forwards upward upwards downward downwards inward outward sideways
"""
"""Prepositions and conjunctions; determiners, quantifiers and numerals; pronouns; auxiliaries and negations;
adverbs that do not end in "ly"."""
_CLOSED = frozenset(_CLOSED_WORDS.split())


def is_closed(word: str) -> bool:
    """Whether a word belongs to a closed class, so that it is no noun."""
    return word.lower() in _CLOSED
