"""What a clause says besides what is to be done: it asks for nothing, and is left out.

What is to stay as it is, `instead` behind a new value, why somebody wants it. None of it holds a value that
has to be given, or a limit of the act: a clause with one of these keeps its words, and is refused for them.
"""

from __future__ import annotations

import re

_AS_IT_IS = (
    r"(?:itself|alone|untouched|unchanged|intact|in place|the same"
    r"|(?:just )?as (?:it is|they are|before|usual|is)|that (?:is|are) there)"
)
_OTHERS = (
    r"(?:(?:the|its|his|her|their|my|our|your|all|any) )*"
    r"(?i:others?|rest|remaining|everything else|all else)\b[a-z’' ]*?"
)
"""What an act is not about. What else is to stay as it is may be a limit: `leave the paid ones alone`."""
_KEEPS = re.compile(
    r",? (?:but|and(?=.* (?:alone|itself|untouched|unchanged|in place|are|is|there)$))"
    rf" (?:keep|leave) (?:the|its) [a-z ]+?(?: {_AS_IT_IS})?$"
    rf"|(?:^|,? (?:while |and |but )?)(?i:keep(?:ing)?|leav(?:e|ing)) {_OTHERS} {_AS_IT_IS}$"
    rf"|(?:^|[;,] (?:and )?){_OTHERS} (?:stays?|remains?|should (?:stay|remain)) {_AS_IT_IS}$"
)
_STAYS = re.compile(rf"(?i:keep|leave) (?:the |its |all |any |every |my |our |your )\S.* {_AS_IT_IS}")
_KEEPING = re.compile(r",? keeping (?:the|its) [a-z ]+$")
"""What is not to be touched besides, which nothing of the act does."""
_CHANGES = re.compile(r"(?i:change|set|move|update|add|replace|reschedule|raise|lower|switch|have|make) ")
_ADDS_NOTHING = re.compile(r",? (?:instead|as well)$")
_FROM_NOW_ON = re.compile(
    r",? (?:from (?:now|here) on|going forwards?|for now|for the time being|once and for all|after all)$"
)
_WHOLLY = re.compile(r"(?<=[\w›]) (?:altogether|entirely|completely)$")
_REMOVES = re.compile(r"(?i:delete|remove|erase|clear|revoke) ")
_PURPOSE = re.compile(
    r",? so (?:that )?(?:it|they|nobody|no one|we|I) (?!only|can|is|are)(?:[a-z]+['’]?[a-z]* ?){1,8}$"
)
"""What a record is good for once it is changed, which holds no value and no limit."""
_REASON = re.compile(
    r"[,;] (?:it|they|he|she|we|I)(?:['’](?:s|re|ve|m)| (?:is|are|was|were|has|have|had)) [a-z’' -]+$"
)
"""Why: `Disable the hoodie, they are facing some quality issues`."""
_LIMITS = re.compile(r"\b(?:only|until|unless|before|after|ahead|earlier|later|not|if|when|except|without)\b")
_TELLS = re.compile(r"(?i:create|add|log|record|write|compose|send|post|reply|answer|comment|say|tell|note) ")
"""What may be the words of a text, which are not left out."""


def asked_in_sentence(sentence: str) -> str:
    """A sentence without what is said to stay as it is; "" where it says nothing else."""
    return _KEEPS.sub("", sentence)


def tells_what_stays(clause: str) -> bool:
    """Whether a clause names what an act before it is not to be done to: `leave the paid ones alone`."""
    return _STAYS.fullmatch(clause.strip(" ,.")) is not None


def asked_for(clause: str) -> str:
    """A clause without what asks for nothing, quoted strings as marks."""
    clause = _FROM_NOW_ON.sub("", _KEEPS.sub("", clause))
    if _CHANGES.match(clause):
        return _ADDS_NOTHING.sub("", _KEEPING.sub("", clause))
    for said in (_PURPOSE, _REASON):
        told = None if _TELLS.match(clause) else said.search(clause)
        if told and not _LIMITS.search(told[0]):
            clause = clause[: told.start()]
    return _WHOLLY.sub("", clause) if _REMOVES.match(clause) else clause
