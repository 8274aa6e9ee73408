"""What is seen of a page, and what came of the last actions, as text for a model.

templates   prompt files, rendered strictly
page        an observation -> lines with refs, within a budget of tokens
lines       elements -> lines
covers      what lies behind a dialog or the like, told together
unnamed     what has no name, told by where it stands among its like
changes     what is different from the page as it was listed last
turn        results, complaints and warnings of a turn -> sentences
checking/   the question whether a task is met, with all that shows it
pictures    screenshots in a size that providers take as it is
"""
