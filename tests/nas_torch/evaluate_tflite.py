"""Runs a TensorFlow Lite file of 8-bit integers on images and prints its outputs, one line an
image, dequantised.

    evaluate_tflite.py FILE.tflite IMAGES

IMAGES: float32, one image behind the other, channels last. The tables are read here by the slots of
the schema, the operators are spelled with numpy: every tensor is rounded to the integers that its
scale and zero point allow.
"""
import math
import struct
import sys

import numpy as np

TYPES = {2: np.int32, 9: np.int8}
ADD, CONV, DEPTHWISE, FULLY_CONNECTED, MUL, RESHAPE, SOFTMAX = 0, 3, 4, 9, 18, 22, 25
TRANSPOSE, MEAN, SUB, RSQRT, BATCH_MATMUL = 39, 40, 41, 76, 126
AVERAGE_POOL, LOGISTIC, HARD_SWISH, GELU = 1, 14, 117, 150


class Table:
    def __init__(self, data, at):
        self.data, self.at = data, at
        self.vtable = at - struct.unpack_from("<i", data, at)[0]
        self.slots = (struct.unpack_from("<H", data, self.vtable)[0] - 4) // 2

    def field(self, slot):
        if slot >= self.slots:
            return None
        offset = struct.unpack_from("<H", self.data, self.vtable + 4 + 2 * slot)[0]
        return self.at + offset if offset else None

    def number(self, slot, form, otherwise=0):
        at = self.field(slot)
        return otherwise if at is None else struct.unpack_from("<" + form, self.data, at)[0]

    def follow(self, at):
        return at + struct.unpack_from("<I", self.data, at)[0]

    def table(self, slot):
        at = self.field(slot)
        return None if at is None else Table(self.data, self.follow(at))

    def numbers(self, slot, dtype):
        at = self.field(slot)
        if at is None:
            return np.zeros(0, dtype)
        begin = self.follow(at)
        count = struct.unpack_from("<I", self.data, begin)[0]
        return np.frombuffer(self.data, dtype, count, begin + 4)

    def tables(self, slot):
        begin = self.follow(self.field(slot))
        count = struct.unpack_from("<I", self.data, begin)[0]
        return [Table(self.data, self.follow(begin + 4 + 4 * i)) for i in range(count)]


class Tensor:
    def __init__(self, table, buffers):
        self.shape = table.numbers(0, np.int32)
        self.type = TYPES[table.number(1, "b")]
        quantization = table.table(4)
        if quantization:
            axis = quantization.number(6, "i")
            self.scale = quantization.numbers(2, np.float32)
            self.zero = quantization.numbers(3, np.int64)
            if len(self.scale) > 1:
                sides = [-1 if i == axis else 1 for i in range(len(self.shape))]
                self.scale, self.zero = self.scale.reshape(sides), self.zero.reshape(sides)
        data = buffers[table.number(2, "I")].numbers(0, np.uint8)
        self.constant = data.view(self.type).reshape(self.shape) if len(data) else None

    def real(self, integers):
        if not hasattr(self, "scale"):
            return integers
        return ((integers.astype(np.int64) - self.zero) * self.scale).astype(np.float32)

    def rounded(self, values):
        assert list(values.shape) == list(self.shape), (values.shape, self.shape)
        q = np.rint(values / self.scale) + self.zero
        return self.real(np.clip(q, -128, 127).astype(np.int8))


def padded(x, kernel, stride, code):
    """With zeros around, and the output's sides."""
    if code != 0:  # VALID
        return x, [(x.shape[1 + i] - kernel[i]) // stride[i] + 1 for i in (0, 1)]
    pads, out = [(0, 0)], [0, 0]
    for i in (0, 1):
        out[i] = -(-x.shape[1 + i] // stride[i])
        total = max(0, (out[i] - 1) * stride[i] + kernel[i] - x.shape[1 + i])
        pads.append((total // 2, total - total // 2))
    return np.pad(x, pads + [(0, 0)]), out


def average(x, options):
    stride, kernel = [(options.number(i, "i"), options.number(i - 1, "i")) for i in (2, 4)]
    sums = []
    for values in (x, np.ones_like(x)):
        part, out = padded(values, kernel, stride, options.number(0, "b"))
        sums.append(sum(part[:, i:i + out[0] * stride[0]:stride[0], j:j + out[1] * stride[1]:stride[1]]
                        for i in range(kernel[0]) for j in range(kernel[1])))
    return sums[0] / sums[1]


def convolution(x, weight, bias, options, depthwise):
    stride = options.number(1, "i"), options.number(2, "i")
    kernel = weight.shape[1:3]
    x, out = padded(x, kernel, stride, options.number(0, "b"))
    made = 0
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            part = x[:, i:i + out[0] * stride[0]:stride[0], j:j + out[1] * stride[1]:stride[1]]
            if depthwise:
                made = made + part * weight[:, i:i + 1, j:j + 1]
            else:
                made = made + np.einsum("bhwc,oc->bhwo", part, weight[:, i, j])
    return made + bias


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def activated(x, code):
    return {0: lambda: x, 1: lambda: np.maximum(x, 0), 3: lambda: np.clip(x, 0, 6)}[code]()


def computed(code, ins, options):
    if code in (CONV, DEPTHWISE):
        made = convolution(*ins, options, code == DEPTHWISE)
        return activated(made, options.number(4 if code == DEPTHWISE else 3, "b"))
    if code == FULLY_CONNECTED:
        return activated(ins[0] @ ins[1].T + ins[2], options.number(0, "b"))
    if code in (ADD, SUB, MUL):
        made = {ADD: np.add, SUB: np.subtract, MUL: np.multiply}[code](*ins)
        return activated(made, options.number(0, "b"))
    if code == MEAN:
        return ins[0].mean(axis=tuple(ins[1]), keepdims=bool(options.number(0, "B")))
    if code == RSQRT:  # of what is at least half a step above 0
        return 1 / np.sqrt(np.maximum(ins[0], 1e-5))
    if code == RESHAPE:
        return ins[0].reshape(ins[1])
    if code == TRANSPOSE:
        return ins[0].transpose(ins[1])
    if code == SOFTMAX:
        assert options.number(0, "f") == 1
        return softmax(ins[0])
    if code == AVERAGE_POOL:
        return average(ins[0], options)
    if code == LOGISTIC:
        return 1 / (1 + np.exp(-ins[0]))
    if code == HARD_SWISH:
        return ins[0] * np.clip(ins[0] + 3, 0, 6) / 6
    if code == GELU:
        assert options.number(0, "B") == 0  # not approximate
        return ins[0] * (1 + np.vectorize(math.erf)(ins[0] / math.sqrt(2))) / 2
    assert code == BATCH_MATMUL, code
    return np.matmul(*ins)


def main(file, images):
    data = open(file, "rb").read()
    assert data[4:8] == b"TFL3"
    model = Table(data, struct.unpack_from("<I", data, 0)[0])
    assert model.number(0, "I") == 3
    codes = [max(t.number(0, "b"), t.number(3, "i")) for t in model.tables(1)]
    graph = model.tables(2)[0]
    buffers = model.tables(4)
    tensors = [Tensor(t, buffers) for t in graph.tables(0)]
    source, target = graph.numbers(1, np.int32)[0], graph.numbers(2, np.int32)[0]
    for image in np.fromfile(images, np.float32).reshape([-1] + list(tensors[source].shape[1:])):
        values = {i: t.real(t.constant) for i, t in enumerate(tensors) if t.constant is not None}
        values[source] = tensors[source].rounded(image[None])
        for operator in graph.tables(3):
            ins = [values[i] for i in operator.numbers(1, np.int32)]
            made = computed(codes[operator.number(0, "I")], ins, operator.table(4))
            out = operator.numbers(2, np.int32)[0]
            values[out] = tensors[out].rounded(made)
        print(*("%.9g" % v for v in values[target].ravel()))


if __name__ == "__main__":
    main(*sys.argv[1:])
