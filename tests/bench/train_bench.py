#!/usr/bin/env python3
"""Images a second of a sandwich step (largest, two random, smallest network) in Debian's
python3-torch, as one writes it there: NCHW, float, slices of shared tensors, autograd, AdamW; one
thread. By hand, beside h4h_train_bench; needs python3-torch and python3-yaml.

usage: tests/bench/train_bench.py [SPACE.yaml [BATCH [STEPS]]]
"""
import math
import pathlib
import resource
import subprocess
import sys
import time

import torch
import torch.nn.functional as F
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
H4H = ROOT / "build/release/bin/h4h"


def h4h(*arguments):
    return subprocess.run([H4H, *arguments], capture_output=True, text=True, check=True).stdout


class Supernet:
    def __init__(self, space):
        self.tensors = {}
        self.network = lambda which: yaml.safe_load(h4h("network", "show", f"{space}#{which}", "--format", "yaml"))

    def slice(self, name, sizes, value=None):
        """The leading part of a tensor; the largest network runs first and makes all of it."""
        if name not in self.tensors:
            start = torch.full(sizes, value) if value is not None else torch.randn(sizes) * 0.1
            self.tensors[name] = start.requires_grad_()
        return self.tensors[name][tuple(slice(0, n) for n in sizes)]

    def convolution(self, layer, x, groups, out):
        kernel, stride, pad = layer["kernel"], layer.get("stride", 1), layer.get("padding", 0)
        pad = [pad] * 4 if isinstance(pad, int) else [pad[s] for s in ("left", "right", "top", "bottom")]
        name = layer["name"]
        weight = self.slice(name + ".w", [out, x.shape[1] // groups, kernel, kernel])
        if name.startswith("vit"):
            return F.conv2d(x, weight, self.slice(name + ".b", [out], 0.0), stride)
        x = F.conv2d(F.pad(x, pad), weight, None, stride, groups=groups)
        return F.batch_norm(x, None, None, self.slice(name + ".g", [out], 1.0), self.slice(name + ".s", [out], 0.0), True)

    def attention(self, layer, q, k, v):
        heads, (n, c, h, w) = layer["heads"], q.shape
        split = lambda t: t.flatten(2).reshape(n, heads, c // heads, -1).transpose(2, 3)
        q, k, v = split(q), split(k), split(v)
        table = self.slice(layer["name"] + ".p", [heads, h, w], 0.0)
        y, x = torch.arange(h).repeat_interleave(w), torch.arange(w).repeat(h)
        bias = table[:, (y[:, None] - y).abs(), (x[:, None] - x).abs()]
        scores = (q @ k.transpose(2, 3) / math.sqrt(c // heads) + bias).softmax(3)
        return (scores @ v).transpose(2, 3).reshape(n, c, h, w)

    def layer(self, layer, inputs):
        x, op, name = inputs[0], layer["op"], layer["name"]
        if op == "conv":
            x = self.convolution(layer, x, 1, layer["out"])
        elif op == "depthwise":
            x = self.convolution(layer, x, x.shape[1], x.shape[1])
        elif op == "linear":
            x = x.flatten(1)
            x = F.linear(x, self.slice(name + ".w", [layer["out"], x.shape[1]]), self.slice(name + ".b", [layer["out"]], 0.0))
        elif op == "mean":
            return x.mean((2, 3), keepdim=True)
        elif op == "add":
            return inputs[0] + inputs[1]
        elif op == "layer_norm":
            c = x.shape[1]
            x = F.layer_norm(x.permute(0, 2, 3, 1), [c], self.slice(name + ".g", [c], 1.0), self.slice(name + ".s", [c], 0.0))
            return x.permute(0, 3, 1, 2).contiguous()
        elif op == "attention":
            return self.attention(layer, *inputs)
        else:
            raise ValueError(op)
        return {"relu": F.relu, "relu6": F.relu6}.get(layer.get("activation"), lambda t: t)(x)

    def forward(self, network, images):
        side = network["inputs"][0]["shape"][0]
        x = F.interpolate(images, size=(side, side), mode="bilinear", align_corners=False)
        made, last = {network["inputs"][0]["name"]: x}, network["inputs"][0]["name"]
        for layer in network["layers"]:
            names = layer.get("from", last)
            names = names if isinstance(names, list) else [names]
            last = layer["name"]
            made[last] = self.layer(layer, [made[name] for name in names])
        return made[last]


def main(space=str(ROOT / "nas/spaces/h4h-32.yaml"), batch="128", steps="3"):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    supernet, batch, steps = Supernet(space), int(batch), int(steps)
    samples = h4h("space", "show", space, "--sample", "2").splitlines()
    networks = [supernet.network(which) for which in ("max", *samples, "min")]
    images, labels = torch.rand(batch, 3, 32, 32), torch.randint(10, (batch,))
    supernet.forward(networks[0], images)
    optimizer = torch.optim.AdamW(supernet.tensors.values(), lr=4e-3)

    def step():
        optimizer.zero_grad()
        for network in networks:
            (F.cross_entropy(supernet.forward(network, images), labels, label_smoothing=0.1) / 4).backward()
        torch.nn.utils.clip_grad_norm_(supernet.tensors.values(), 1.0)
        optimizer.step()

    step()
    cpu, wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
    for _ in range(steps):
        step()
    cpu, wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu, time.monotonic() - wall
    print("kind,images_per_cpu_second,images_per_second")
    print(f"python3-torch,{batch * steps / cpu:.1f},{batch * steps / wall:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
