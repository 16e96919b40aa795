"""The layers a network is made of, one concept a file; `base` says what a layer is."""

from clearprop.layers.activation import Activation
from clearprop.layers.augment import RandomColor, RandomCrop, RandomFlip, augmentations
from clearprop.layers.automatic import Automatic, Lambda
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, inference
from clearprop.layers.batch_norm import BatchNorm
from clearprop.layers.columns import Columns
from clearprop.layers.conv2d import Conv2D
from clearprop.layers.conv_transpose import ConvTranspose
from clearprop.layers.dense import Dense
from clearprop.layers.divisive_normalization import DivisiveNormalization
from clearprop.layers.dropout import Dropout
from clearprop.layers.embedding import Embedding
from clearprop.layers.layer_norm import LayerNorm
from clearprop.layers.locally_connected import LocallyConnected
from clearprop.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from clearprop.layers.repeat import Repeat
from clearprop.layers.reshape import Flatten, Reshape
from clearprop.layers.residual import Residual
from clearprop.layers.scale import Scale
from clearprop.layers.sequence import Sequence
from clearprop.layers.standardize import Standardize
from clearprop.layers.v1 import V1
from clearprop.registry import Registry

LAYERS = Registry(
    "layer",
    Layer,
    [
        Dense,
        Conv2D,
        ConvTranspose,
        LocallyConnected,
        Activation,
        Dropout,
        BatchNorm,
        LayerNorm,
        DivisiveNormalization,
        Embedding,
        Flatten,
        Reshape,
        MaxPool,
        AveragePool,
        GlobalAveragePool,
        V1,
        RandomFlip,
        RandomCrop,
        RandomColor,
        Residual,
        Repeat,
        Sequence,
        Columns,
        Scale,
        Standardize,
        Lambda,
    ],
)

__all__ = [
    "LAYERS",
    "V1",
    "Activation",
    "Automatic",
    "AveragePool",
    "Backprop",
    "BatchNorm",
    "Columns",
    "Conv2D",
    "ConvTranspose",
    "Dense",
    "DivisiveNormalization",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePool",
    "Lambda",
    "Layer",
    "LayerNorm",
    "LocallyConnected",
    "MaxPool",
    "Params",
    "Pass",
    "RandomColor",
    "RandomCrop",
    "RandomFlip",
    "Repeat",
    "Reshape",
    "Residual",
    "Scale",
    "Sequence",
    "Shape",
    "Standardize",
    "State",
    "augmentations",
    "inference",
]
