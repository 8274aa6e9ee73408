"""Typing into fields: texts, secrets, editors, boxes for codes, lists of suggestions."""
