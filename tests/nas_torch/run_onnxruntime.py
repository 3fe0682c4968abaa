"""Runs an ONNX file in ONNX Runtime and prints its outputs as evaluate_onnx.py does.

A program of its own: Debian's onnx and onnxruntime register the same operators and do not get along
in one process.
"""
import sys

import numpy as np
import onnxruntime


def main(file, images):
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    image = session.get_inputs()[0]
    for one in np.fromfile(images, np.float32).reshape([-1] + image.shape[1:]):
        print(*("%.9g" % v for v in session.run(None, {image.name: one[None]})[0].ravel()))


if __name__ == "__main__":
    main(*sys.argv[1:])
