"""What can go wrong, as one plain sentence that says what and where and what to do.

Every one is a `ValueError`, so that a caller who knows nothing of clearprop can still catch it.
"""


class ClearpropError(ValueError):
    """The root of clearprop's own errors; the message is one sentence for a person."""


class DataError(ClearpropError):
    """The data given cannot be used as they are."""


class ModelFileError(ClearpropError):
    """A model file is cut, edited, of another version, or asks for something this program does not have."""
