# SPDX-License-Identifier: Apache-2.0
"""ONNX's functions of one element, on f32 arrays: those of real numbers are taken in f64 and rounded to f32."""

from math import erf, sqrt

import numpy as np


def _in_f64(function):
    def apply(x, _attributes):
        return function(x.astype(np.float64)).astype(np.float32)

    return apply


def _f32(attributes, key, default):
    return np.float32(attributes.get(key, default))


def _relu(x, _attributes):
    return np.maximum(x, np.float32(0))


def _clip(x, attributes):
    return np.clip(x, np.float32(attributes["low"]), np.float32(attributes["high"]))


def _leaky_relu(x, attributes):
    return np.where(x < 0, x * _f32(attributes, "alpha", 0.01), x)


def _elu(x, attributes):
    alpha = np.float64(attributes.get("alpha", 1.0))
    return np.where(x > 0, x, (alpha * np.expm1(np.minimum(x, 0).astype(np.float64))).astype(np.float32))


def _hard_sigmoid(x, attributes):
    line = x * _f32(attributes, "alpha", 0.2) + _f32(attributes, "beta", 0.5)
    return np.clip(line, np.float32(0), np.float32(1))


def _hard_swish(x, _attributes):
    return x * _hard_sigmoid(x, {"alpha": 1 / 6})


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _gelu(x, attributes):
    wide = x.astype(np.float64)
    if attributes.get("approximate") == "tanh":
        return (0.5 * wide * (1 + np.tanh(sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))).astype(np.float32)
    return (0.5 * wide * (1 + _erf(wide / sqrt(2)))).astype(np.float32)


_erf = np.vectorize(erf, otypes=[np.float64])

UNARY = {
    "Abs": lambda x, _: np.abs(x),
    "Ceil": lambda x, _: np.ceil(x),
    "Clip": _clip,
    "Cos": _in_f64(np.cos),
    "Elu": _elu,
    "Erf": _in_f64(_erf),
    "Exp": _in_f64(np.exp),
    "Floor": lambda x, _: np.floor(x),
    "Gelu": _gelu,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "LeakyRelu": _leaky_relu,
    "Log": _in_f64(np.log),
    "Neg": lambda x, _: -x,
    "Reciprocal": lambda x, _: np.float32(1) / x,
    "Relu": _relu,
    "Round": lambda x, _: np.rint(x),
    "Sigmoid": _in_f64(_sigmoid),
    "Sign": lambda x, _: np.sign(x),
    "Sin": _in_f64(np.sin),
    "Softplus": _in_f64(lambda x: np.log1p(np.exp(x))),
    "Softsign": lambda x, _: x / (np.float32(1) + np.abs(x)),
    "Sqrt": lambda x, _: np.sqrt(x),
    "Tanh": _in_f64(np.tanh),
}

BINARY = {
    "Add": np.add,
    "Div": np.divide,
    "Max": np.maximum,
    "Min": np.minimum,
    "Mul": np.multiply,
    "Pow": lambda x, y: np.power(x.astype(np.float64), y.astype(np.float64)).astype(np.float32),
    "Sub": np.subtract,
}
