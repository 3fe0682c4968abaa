"""Runs an ONNX file on images and prints its outputs, one line an image.

    evaluate_onnx.py FILE.onnx IMAGES

IMAGES: float32, one image behind the other, in the order that the file's input states. The
operators are spelled here with numpy, so that the result depends on neither LibTorch nor the
program that wrote the file; where ONNX Runtime is installed it must agree.
"""
import importlib.util
import math
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def convolution(x, weight, bias, kernel_shape, strides, dilations, pads, group):
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    rows = (x.shape[2] - dilations[0] * (kernel_shape[0] - 1) - 1) // strides[0] + 1
    columns = (x.shape[3] - dilations[1] * (kernel_shape[1] - 1) - 1) // strides[1] + 1
    each = weight.shape[0] // group
    out = np.zeros((x.shape[0], weight.shape[0], rows, columns), np.float32)
    for i in range(kernel_shape[0]):
        for j in range(kernel_shape[1]):
            part = x[:, :, i * dilations[0]:i * dilations[0] + rows * strides[0]:strides[0],
                     j * dilations[1]:j * dilations[1] + columns * strides[1]:strides[1]]
            for g in range(group):
                ins = part[:, g * weight.shape[1]:(g + 1) * weight.shape[1]]
                tap = weight[g * each:(g + 1) * each, :, i, j]
                out[:, g * each:(g + 1) * each] += np.einsum("bchw,oc->bohw", ins, tap)
    return out + bias.reshape(1, -1, 1, 1)


def along(values, axis, rank):
    if values.ndim == 0:
        return values
    return values.reshape([-1 if i == axis else 1 for i in range(rank)])


def quantize(x, scale, zero_point):
    low, high = np.iinfo(zero_point.dtype).min, np.iinfo(zero_point.dtype).max
    return np.clip(np.rint(x / scale) + zero_point, low, high).astype(zero_point.dtype)


def dequantize(q, scale, zero_point, axis=1):
    shift = along(zero_point.astype(np.int64), axis, q.ndim)
    return ((q.astype(np.int64) - shift) * along(scale, axis, q.ndim)).astype(np.float32)


def average(x, kernel_shape, strides, pads):
    top, left, bottom, right = pads
    sums = []
    for values in (x, np.ones_like(x)):
        part = np.pad(values, ((0, 0), (0, 0), (top, bottom), (left, right)))
        rows = (part.shape[2] - kernel_shape[0]) // strides[0] + 1
        columns = (part.shape[3] - kernel_shape[1]) // strides[1] + 1
        sums.append(sum(part[:, :, i:i + rows * strides[0]:strides[0],
                             j:j + columns * strides[1]:strides[1]]
                        for i in range(kernel_shape[0]) for j in range(kernel_shape[1])))
    return sums[0] / sums[1]


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


OPERATORS = {
    "Conv": convolution,
    "Relu": lambda x: np.maximum(x, 0),
    "Clip": np.clip,
    "Gemm": lambda a, b, c, transB: a @ b.T + c,
    "ReduceMean": lambda x, axes, keepdims: x.mean(axis=tuple(axes), keepdims=bool(keepdims)),
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Sqrt": np.sqrt,
    "Reciprocal": np.reciprocal,
    "Reshape": lambda x, shape: x.reshape(shape),
    "Transpose": lambda x, perm: x.transpose(perm),
    "MatMul": np.matmul,
    "Softmax": softmax,
    "AveragePool": average,
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "HardSigmoid": lambda x, alpha, beta: np.clip(alpha * x + beta, 0, 1).astype(np.float32),
    "Erf": lambda x: np.vectorize(math.erf)(x).astype(np.float32),
    "Div": np.divide,
    "QuantizeLinear": quantize,
    "DequantizeLinear": dequantize,
}


def run(model, image):
    values = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    values[model.graph.input[0].name] = image
    for node in model.graph.node:
        made = OPERATORS[node.op_type](*(values[name] for name in node.input), **attributes(node))
        values[node.output[0]] = np.asarray(made)
    return values[model.graph.output[0].name]


def main(file, images):
    model = onnx.load(file)
    onnx.checker.check_model(model)
    sides = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    outputs = [run(model, image[None])
               for image in np.fromfile(images, np.float32).reshape([-1] + sides[1:])]
    if importlib.util.find_spec("onnxruntime") is not None:
        theirs = subprocess.run(
            [sys.executable, pathlib.Path(__file__).with_name("run_onnxruntime.py"), file, images],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        np.testing.assert_allclose(np.fromstring(theirs, sep=" "), np.ravel(outputs), atol=1e-4)
    for output in outputs:
        print(*("%.9g" % v for v in output.ravel()))


if __name__ == "__main__":
    main(*sys.argv[1:])
