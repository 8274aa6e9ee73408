"""What a model wrote -> a decision, or the one sentence that names its mistake.

Models break JSON in many ways that leave no doubt about what they meant: those are repaired. Where
there is a doubt the model is asked again, naming one mistake; nothing is ever done that was not said.

    speech       what of the text is the answer: not thinking, not prose, not a quotation
    syntax       broken JSON -> a value
    shape        the value -> a list of calls, whatever it was wrapped in
    vocabulary   the verbs a chat model may use, and other names for them and their arguments
    arguments    one argument -> a value of the right kind
    actions      the one table: an action's name and its arguments -> what is done, for every protocol
    read         all of it: text -> `Understood`, or `ReplyError`
"""
