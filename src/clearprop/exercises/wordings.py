"""What many exercises say in the same words: shapes, and the mistakes that everybody makes."""

from collections.abc import Iterable

from clearprop.i18n import _

_AXES = {
    "samples": (lambda k: ("n", k), lambda k: (k, "n")),
    "weights": (lambda fan_in, fan_out: (fan_in, fan_out), lambda fan_in, fan_out: (fan_out, fan_in)),
    "bias": (lambda k: (k,), lambda k: (k, "1")),
}
"""The axes of each kind in rows, and in columns."""


def shapes(**of: str) -> dict[str, str]:
    """The shapes of arrays in both conventions, in a line: X="samples inputs", W="weights fan_in fan_out", J="same".

    A word is a kind, and behind it are the lengths of its axes but for the samples'; after "same" stands the shape.
    """
    return {
        convention: ", ".join(f"{name}: {_shape(text, place)}" for name, text in of.items())
        for place, convention in enumerate(("rows", "columns"))
    }


def _shape(text: str, place: int) -> str:
    kind, *lengths = text.split()
    axes = _AXES[kind][place](*lengths) if kind in _AXES else lengths
    return "(" + ", ".join(axes) + ("," if len(axes) == 1 else "") + ")"


def missing_mean(name: str) -> str:
    """1/n forgotten."""
    return _(
        "{name} is n times too large, n being the number of samples: the cost is a mean, so 1/n comes with it."
    ).format(name=name)


def missing_sum(name: str) -> str:
    """A bias's gradient for each sample."""
    return _("{name} has a value for each sample: one bias serves all of them, so their errors are added up.").format(
        name=name
    )


def wrong_sign(name: str) -> str:
    """A minus too many or too few."""
    return _("{name} has the wrong sign.").format(name=name)


def missing_bias() -> str:
    """No + b."""
    return _("The bias b is not added.")


def missing_activation(name: str) -> str:
    """Z for A."""
    return _("{name} is still Z: it has not gone through the activation.").format(name=name)


def uphill() -> str:
    """+ for −."""
    return _("The step goes uphill: the gradient is subtracted, not added.")


def missing_rate() -> str:
    """No η."""
    return _("The step is not multiplied by the learning rate.")


def not_updated(name: str) -> str:
    """One of the parameters stays."""
    return _("{name} has not moved: it takes its step, too.").format(name=name)


def transposed(name: str) -> str:
    """Aᵀ for A."""
    return _("{name} is transposed: check which axis each factor has first.").format(name=name)


def product_for_matmul(name: str) -> str:
    """`*` for `@`."""
    return _("{name} is made with * in place of @: * multiplies number by number, @ multiplies matrices.").format(
        name=name
    )


def derivative_at_A(name: str) -> str:
    """g′(A) for g′(Z)."""
    return _("{name} takes the derivative at A, the layer's output: the activation's slope is taken at Z.").format(
        name=name
    )


def mean_twice(name: str) -> str:
    """1/n twice."""
    return _("{name} is n times too small, n being the number of samples: 1/n is taken twice.").format(name=name)


def other_shape(name: str, got: str, wanted: str) -> str:
    """The shapes differ."""
    return _("{name} has the shape {got} where {wanted} is wanted.").format(name=name, got=got, wanted=wanted)


def keepdims_lost(name: str) -> str:
    """(n,) for (n, 1)."""
    return _("{name} has lost an axis: with keepdims=True it keeps its axis of length 1.").format(name=name)


def same_weights() -> str:
    """W = 0."""
    return _("All weights are the same: then all units of a layer are the same, and stay so. They begin at random.")


def random_bias() -> str:
    """b drawn."""
    return _("The biases are drawn at random, too: they begin at 0.")


def not_normal() -> str:
    """U(0, 1) for N(0, 1)."""
    return _("The weights are all positive: random.rand draws from 0 to 1, random.randn around 0, on both sides.")


def missing_half() -> str:
    """Only the first half of the cross-entropy."""
    return _("The samples of class 0 cost nothing in yours: the term (1 − Y) ln(1 − A) is missing.")


def missing_derivative(name: str) -> str:
    """dA for dZ."""
    return _("{name} is not multiplied by the derivative of the activation.").format(name=name)


def derivative_twice(name: str, A: str) -> str:
    """(A − Y) A (1 − A)."""
    return _(
        "{name} has the sigmoid's slope twice: for the cross-entropy the slope cancels, and {name} is {A} − Y."
    ).format(name=name, A=A)


def bias_missing(name: str) -> str:
    """No + b of this layer."""
    return _("The bias {name} is not added.").format(name=name)


def not_divided() -> str:
    """W = N(0, 1)."""
    return _("The weights are not divided by √fan_in.")


def last_activation() -> str:
    """ReLU everywhere."""
    return _("The last layer has ReLU in yours: it has the sigmoid.")


def hidden_activation() -> str:
    """The sigmoid everywhere."""
    return _("The hidden layers have the sigmoid in yours: they have ReLU, only the last layer has the sigmoid.")


def in_this_order(names: Iterable[str]) -> str:
    """What is to be returned."""
    return _("It is to return {names}, in this order, as a tuple.").format(names=", ".join(names))
