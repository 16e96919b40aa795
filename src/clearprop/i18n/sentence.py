"""A sentence that is data as well: a file holds it in English, and a person is told it in their language."""

from collections.abc import Callable

from clearprop.i18n.language import SOURCE, speaking


class Sentence(str):
    r"""English as a value (`json.dumps`, `==`), and in the language spoken now where it is printed (`str`, `format`).

    >>> from clearprop.i18n import number, speaking
    >>> share = Sentence(lambda: number(0.5, ".1%"))
    >>> with speaking("es"):
    ...     share == "50.0%", str(share)
    (True, '50,0\xa0%')
    """

    _say: Callable[[], str]

    def __new__(cls, say: Callable[[], str]) -> "Sentence":
        """Keep how it is said."""
        with speaking(SOURCE):
            self = super().__new__(cls, say())
        self._say = say
        return self

    def __str__(self) -> str:
        return str(self._say())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Copied or pickled, it is plain English."""
        return str, (str.__str__(self),)
