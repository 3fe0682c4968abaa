#!/usr/bin/env python3
"""Asks `h4h oracle` what random networks of a space cost, and prints the cheapest.
    tools/examples/ask_oracle.py [H4H] [SPACE] [PLATFORM]"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULTS = [ROOT / "build/release/bin/h4h", ROOT / "nas/spaces/toy.yaml",
            ROOT / "platforms/h4h-7nm.yaml"]
H4H, SPACE, PLATFORM = sys.argv[1:] + DEFAULTS[len(sys.argv) - 1:]


class Oracle:
    def __init__(self):
        self.process = subprocess.Popen([H4H, "oracle", "--space", SPACE, "--platform", PLATFORM],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def cost(self, genotype):
        print(json.dumps({"id": 0, "genotype": genotype}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        return answer.get("latency_s", float("inf"))  # a network that does not run has an "error"

samples = subprocess.run([H4H, "space", "show", SPACE, "--sample", "20", "--seed", "1"],
                         check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
oracle = Oracle()
costs = sorted((oracle.cost(json.loads(line)), line) for line in samples)
for latency, genotype in costs[:3]:
    print(f"{latency * 1e3:.4f} ms  {genotype}")
