"""The same in other words: what a pronoun stands for, and what is said in a roundabout way."""
