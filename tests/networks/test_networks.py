"""The ready networks: what they hold counted by hand, their shapes, and the same networks of PyTorch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from torch import nn

import sighted
from clearprop import networks
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, BatchNorm, Conv2D, Dropout, Residual
from clearprop.layers.base import Pass, inference
from clearprop.network import Network, abstract, count
from gradients import weights_for

TINY = (2, 3)
"""Filters of the stages."""

STEP = 1e-6
"""How far all numbers move at once: so little that no ReLU bends on the way."""


def parameters(layers, shape):
    return count(abstract(Network(layers), shape)[0])


def test_lenet_5s_parameters():
    """6 (25 + 1) + 16 (6 · 25 + 1) + 120 (16 · 5 · 5 + 1) + 84 (120 + 1) + 10 (84 + 1) = 61,706."""
    assert parameters(networks.lenet(10, filters=(6, 16), units=(120, 84)), (28, 28, 1)) == 61_706


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        # 20 (75 + 1) + 50 (20 · 25 + 1) + 500 (50 · 6 · 6 + 1) + 10 (500 + 1)
        ("lenet", 1_520 + 25_050 + 900_500 + 5_010),
        # a convolution of 3 × 3 with normalisation: 9 · in · out + 2 out
        ("vgg_small", 928 + 9_280 + 18_560 + 36_992 + 73_984 + 147_712 + 1_290),
        # the first one; 4 · (9 · 16² + 32); 32 filters: 4,608 + 64, 3 · (9,216 + 64), a way around 512 + 64; 64 alike
        ("resnet", 464 + 9_344 + (4_672 + 27_840 + 576) + (18_560 + 110_976 + 2_176) + 650),
    ],
)
def test_parameters_for_colour_images_of_32_by_32(name, wanted):
    assert parameters(networks.get(name)(10), (32, 32, 3)) == wanted


@pytest.mark.parametrize(
    ("name", "places", "features"),
    [
        ("lenet", [(29, 31), (14, 15), (10, 11), (5, 5)], 1250),  # the first keeps the size; pools drop what is over
        ("vgg_small", [(29, 31), (14, 15), (7, 7), (3, 3)], 128),
        ("resnet", [(29, 31), (15, 16), (8, 8)], 64),  # a stride of 2 rounds up
    ],
)
def test_shapes_of_odd_images(name, places, features):
    shapes = Network(networks.get(name)(10)).shapes((29, 31, 3))
    assert list(dict.fromkeys(shape[:2] for shape in shapes if len(shape) == 3)) == places
    assert (features,) in shapes and shapes[-1] == (10,)


def test_depth_of_a_residual_network():
    """2 + 2 · stages · blocks layers with weights; He's 20 layers are blocks of 3."""
    for blocks, wanted in ((2, 14), (3, 20)):
        found = networks.resnet(10, blocks=blocks)
        inside = [layer for each in found if isinstance(each, Residual) for layer in vars(each.body)["layers"]]
        assert sum(isinstance(layer, Conv2D) for layer in [*found, *inside]) + 1 == wanted


def test_a_blocks_last_relu_stands_behind_the_addition():
    """And the way around is empty, or a convolution of 1 × 1 with stride 2 and normalisation where a stage begins."""
    found = networks.resnet(10, filters=(2, 3, 4), blocks=2)
    blocks = [place for place, layer in enumerate(found) if isinstance(layer, Residual)]
    assert [found[place + 1] for place in blocks] == [Activation("relu")] * 6
    assert all(isinstance(found[place].body.layers[-1], BatchNorm) for place in blocks)
    around = [found[place].shortcut.layers for place in blocks]
    assert [len(each) for each in around] == [0, 0, 2, 0, 2, 0]
    assert around[2] == (Conv2D(3, 1, 2, bias=False), BatchNorm())


def convolution(before, after, size, stride=1):
    return [
        nn.Conv2d(before, after, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(after),
    ]


class Block(nn.Module):
    """He et al. 2016, figure 2, with option B."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.body = nn.Sequential(*convolution(before, after, 3, stride), nn.ReLU(), *convolution(after, after, 3))
        self.around = nn.Sequential(*(convolution(before, after, 1, stride) if stride > 1 else ()))

    def forward(self, x):
        return torch.relu(self.body(x) + self.around(x))


def pytorchs(name, channels, outputs):
    """The same network, of `TINY` filters."""
    mean = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(TINY[-1], outputs)]
    if name == "resnet":
        start = [*convolution(channels, TINY[0], 3), nn.ReLU()]
        return nn.Sequential(*start, Block(TINY[0], TINY[0], 1), Block(*TINY, 2), *mean)
    stages, before = [], channels
    for after in TINY:
        for width in (before, after):
            stages += [*convolution(width, after, 3), nn.ReLU()]
        stages.append(nn.MaxPool2d(2))
        before = after
    return nn.Sequential(*stages, *mean)


def held(tree):
    """What each layer that has any holds, in their order; of a block its body's first."""
    if not isinstance(tree, dict):
        return [each for part in tree for each in held(part)]
    if "body" in tree:
        return held(tree["body"]) + held(tree["shortcut"])
    return [tree] if tree else []


def copy_into(theirs, params, state):
    parts = [m for m in theirs.modules() if isinstance(m, nn.Conv2d | nn.BatchNorm2d | nn.Linear)]
    statistics = iter(held(state))
    for part, ours in zip(parts, held(params), strict=True):
        if isinstance(part, nn.BatchNorm2d):
            running = next(statistics)
            new = {"weight": ours["gamma"], "bias": ours["beta"]}
            new |= {"running_mean": running["mean"], "running_var": running["variance"]}
        else:
            new = {"weight": ours["W"].transpose(3, 2, 0, 1) if ours["W"].ndim == 4 else ours["W"].T}
            new |= {"bias": ours["b"]} if "b" in ours else {}
        part.load_state_dict(
            {key: torch.tensor(np.ascontiguousarray(value)) for key, value in new.items()}, strict=False
        )
    return theirs


@pytest.mark.parametrize(("name", "options"), [("resnet", {"blocks": 1}), ("vgg_small", {})])
def test_predictions_are_those_of_pytorchs_module(name, options, float64):
    """Of the same weights and statistics. Images of odd sides, which both pad alike where the stride is 2."""
    fitted = sighted.untrained(networks.get(name)(4, filters=TINY, **options), (7, 5, 2))
    X = np.random.default_rng(0).normal(size=(3, 7, 5, 2))
    theirs = copy_into(pytorchs(name, 2, 4).double().eval(), fitted.params, fitted.state)
    wanted = theirs(torch.tensor(X.transpose(0, 3, 1, 2).copy())).detach().numpy()
    found = jax.jit(lambda X: fitted.network.forward(fitted.params, fitted.state, X, inference(3))[0])(X)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
    assert np.ptp(wanted, axis=0).min() > 1e-3, "not all the same"


def test_the_gradient_of_a_residual_network(float64):
    """In training, through both ways of both kinds of block: ⟨v, Y⟩ along a random direction u (five points)."""
    fitted, random = sighted.untrained(networks.resnet(4, filters=TINY, blocks=1), (7, 5, 2)), np.random.default_rng(1)
    inputs, v = (fitted.params, random.normal(size=(3, 7, 5, 2))), random.normal(size=(3, 4))
    u = jax.tree.map(lambda a: random.normal(size=a.shape), inputs)
    pass_ = Pass(True, None, jnp.asarray(weights_for(3, "any")))

    @jax.jit
    def compute(params, X):
        Y, backprop, _state = fitted.network.forward(params, fitted.state, X, pass_)
        return jnp.vdot(v, Y), backprop(jnp.asarray(v))

    f = [compute(*jax.tree.map(lambda a, d, h=h: a + h * STEP * d, inputs, u))[0] for h in (-2, -1, 1, 2)]
    slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * STEP)
    along = jax.tree.map(np.vdot, compute(*inputs)[1], u)
    assert sum(jax.tree.leaves(along)) == pytest.approx(float(slope), rel=1e-7)


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_dropout_stands_before_the_last_layer(name):
    """And behind each other fully connected layer, where there are any."""
    found = networks.get(name)(3, dropout=0.25, **({"units": (7, 5)} if name == "lenet" else {}))
    places = [place - len(found) for place, layer in enumerate(found) if isinstance(layer, Dropout)]
    assert places == ([-5, -2] if name == "lenet" else [-2]) and found[-2] == Dropout(0.25, fade=True)
    assert not any(isinstance(layer, Dropout) for layer in networks.get(name)(3))


def test_an_unknown_name():
    with pytest.raises(ClearpropError, match=r"There is no network called 'resnett'\. Did you mean 'resnet'\?"):
        networks.get("resnett")
