"""What can go wrong between an engine and its model.

* EngineError
  x UnknownEngine         no engine of that name; the message lists those there are
  x EngineUnavailable     known, but an extra, a key, weights or a server is missing: says which
  x ModelError            the model could not be used; `code` is the run's failure code
    + ModelUnreachable      no answer: refused, timed out, wrong key, server error
    + ModelRefused          the provider or the model declined to go on
    + ModelTruncated        the prompt or the reply did not fit
    + ModelUnusable         answers came, but none that could be used, however often it was asked

The first two are raised before a run starts. A `ModelError` ends the run as `failed` with its code.
"""


class EngineError(Exception):
    """Base of everything this package raises; `str(error)` is a sentence for a person."""


class UnknownEngine(EngineError):
    """No engine has this name."""


class EngineUnavailable(EngineError):
    """The engine is known but cannot work here; the message names exactly what to set or install."""


class ModelError(EngineError):
    """A model could not be used. `code` is the failure code the run ends with."""

    code = "MODEL_UNREACHABLE"
    kind = ""
    """What went wrong with the call: `auth`, `rate_limit`, `timeout`, `malformed` and the other words of
    `engines.models.failures.Kind`; "" where it was not a call that failed."""


class ModelUnreachable(ModelError):
    """No usable connection: refused, timed out, wrong key or address, server error after retries."""


class ModelRefused(ModelError):
    """The model or its provider declined to go on."""

    code = "MODEL_REFUSED"


class ModelTruncated(ModelError):
    """The prompt did not fit the context, or the reply was cut, also after shortening."""

    code = "MODEL_TRUNCATED"


class ModelUnusable(ModelError):
    """Replies came, but none could be turned into a decision, however often the mistake was named."""

    code = "MODEL_UNUSABLE"
