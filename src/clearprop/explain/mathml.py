"""An equation in Unicode, as the package's docstrings write them, as presentation MathML."""

import unicodedata
from html import escape
from itertools import takewhile

SUPERSCRIPT = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ′ᶻ", "0123456789−+T′Z", strict=True))
SUBSCRIPT = dict(zip("₀₁₂₃₄₅₆₇₈₉₋₊ᵢⱼₖₙₘ", "0123456789−+ijknm", strict=True))
HAT = "\u0302"

_SIGNS = ("<mo>−</mo>", "<mo>-</mo>", "<mo>+</mo>")

Part = tuple[str, bool]
"""A piece of MathML, and whether it stands for a quantity (a number, a name, a root), not for an operator."""


def mathml(equation: str) -> str:
    """The equation as a `<math>` element; it is well-formed XML, and whatever the text holds is escaped.

    Superscripts (ᵀ ′ ² ^) and subscripts (₁ _) are set as such, √(…) is a root, X̂ has its hat, a gradient dW is one
    name; a number may have a decimal comma, or digits in groups. A fraction stays in its line.

    >>> mathml("dX = dZ Wᵀ")
    '<math><mi>dX</mi><mo>=</mo><mi>dZ</mi><mspace width="0.25em"/><msup><mi>W</mi><mo>T</mo></msup></math>'
    """
    text = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFD", equation))
    return f"<math>{_Reader(text).row()}</math>"


class _Reader:
    """The text, and how far it is read."""

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def row(self, end: str = "") -> str:
        """What stands up to the closing parenthesis, or the end."""
        found, operand, spaced, depth = [], False, False, 0
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == end and depth == 0:
                break
            depth += (c == "(") - (c == ")")
            if c.isspace():
                self.at, spaced = self.at + 1, True
                continue
            part, is_operand = self.scripted()
            if not operand and part in _SIGNS:  # −3 stands close, 2 − 3 does not
                part = part.replace("<mo>", '<mo form="prefix">')
            if spaced and operand and (is_operand or c in "(√"):
                found.append('<mspace width="0.25em"/>')
            found.append(part)
            operand, spaced = is_operand or c in ")]", False
        return "".join(found)

    def scripted(self) -> Part:
        """A part with what is set below and above it."""
        base, operand = self.part()
        below, above = self.below(), self.above()
        below = below or self.below()
        if below and above:
            return f"<msubsup>{base}{below}{above}</msubsup>", operand
        if below:
            return f"<msub>{base}{below}</msub>", operand
        return (f"<msup>{base}{above}</msup>" if above else base), operand

    def part(self) -> Part:
        """A number, a root, a name, or one sign."""
        c = self.text[self.at]
        if c.isdecimal():
            return f"<mn>{escape(self.number())}</mn>", True
        if self.text.startswith("√(", self.at):
            self.at += 2
            inside = self.row(")")
            self.at += 1
            return f"<msqrt>{inside}</msqrt>", True
        if _is_letter(c):
            return _name(self.letters()), True
        self.at += 1
        return f"<mo>{escape(c)}</mo>", False

    def below(self) -> str:
        """The subscript here: ₁,₂ or _j; "" if there is none."""
        if self._here() == "_" and self._here(1).isalpha():
            self.at += 1
            return _name(self.letters())
        found = ""
        while self._here() in SUBSCRIPT or (found and self._here() == "," and self._here(1) in SUBSCRIPT):
            found += SUBSCRIPT.get(self._here(), ",")
            self.at += 1
        return f"<mn>{found}</mn>" if found else ""

    def above(self) -> str:
        """The superscript here: ², ᵀ, ′, or ^ and what follows it; "" if there is none."""
        if self._here() == "^" and self._here(1):
            self.at += 1
            return self.exponent()
        found = "".join(takewhile(lambda c: c in SUPERSCRIPT, self.text[self.at :]))
        self.at += len(found)
        return f"<mo>{''.join(map(SUPERSCRIPT.__getitem__, found))}</mo>" if found else ""

    def exponent(self) -> str:
        """A sign and one part, or what stands in parentheses."""
        sign = self._here() in ("−", "-")
        self.at += sign
        if self._here() in ("(", "|"):
            opening, closing = self._here(), {"(": ")", "|": "|"}[self._here()]
            self.at += 1
            inside = f"<mo>{opening}</mo>{self.row(closing)}<mo>{closing}</mo>"
            self.at += 1
        else:
            inside = self.scripted()[0] if self._here() else ""
        return f"<mrow>{'<mo>−</mo>' * sign}{inside}</mrow>"

    def number(self) -> str:
        """Digits, with a decimal sign or groups if digits follow it."""
        start = self.at
        while self._here().isdecimal() or (
            self._here() in (".", ",", "\u00a0", "\u202f") and self._here(1).isdecimal()
        ):
            self.at += 1
        return self.text[start : self.at]

    def letters(self) -> str:
        """A name, with its marks."""
        found = "".join(takewhile(_is_letter, self.text[self.at :]))
        self.at += len(found)
        return found

    def _here(self, further: int = 0) -> str:
        """The sign here; "" where there is no more."""
        return self.text[self.at + further : self.at + further + 1]


def _is_letter(c: str) -> bool:
    return unicodedata.category(c)[0] in "LM" and c not in SUPERSCRIPT and c not in SUBSCRIPT


def _name(letters: str) -> str:
    """A name; with a hat on its last letter where it is a quantity's, as in Ŷ and dŶ."""
    if letters.endswith(HAT) and 2 <= len(letters) <= 3:
        before, letter = letters[:-2], letters[-2]
        hat = f'<mover accent="true"><mi>{escape(letter)}</mi><mo>^</mo></mover>'
        return f"<mrow><mi>{escape(before)}</mi>{hat}</mrow>" if before else hat
    return f"<mi>{escape(unicodedata.normalize('NFC', letters))}</mi>"
