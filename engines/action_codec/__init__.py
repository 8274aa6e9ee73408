"""What a model wrote -> a decision, or the one sentence that names its mistake.

Models break JSON in many ways that leave no doubt about what they meant: those are repaired. Where
there is a doubt the model is asked again, naming one mistake; nothing is ever done that was not said.

    find_json    what of the text is the answer: not thinking, not prose, not a quotation
    repair_json  broken JSON -> a value
    normalise    the value -> a list of calls, whatever it was wrapped in
    verbs/       what a model can ask for: names, arguments, and what each comes to, for every protocol
    vocabulary   a verb by the name that a model gives it; the verbs in prompts and schemas
    given        the arguments of one call, read one by one
    arguments    one argument -> a value of the right kind
    actions      a call of a verb, or of a provider's own tool -> what is done
    memory       what is to be remembered, apart from what is to be done
    read         all of it: text -> `Understood`, or `ReplyError`
    tools        the verbs as tools of a model's protocol
    read_calls   calls of these tools -> `Understood`, or `ReplyError`
"""
