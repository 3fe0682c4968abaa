#!/usr/bin/env python3
"""Writes a latency table for a training loop that learns which choices to take: for each gene of a space
and each of its choices the latency of the network in which all other genes have their middle choice.
    python/examples/latency_table.py latency.json

In a loop of PyTorch, the expected latency is a sum that gradients go through:
    table = json.load(open("latency.json"))
    gene = torch.tensor(list(table["genes"]["mb2.width"].values()))
    loss = loss + weight * (torch.softmax(alpha, 0) * gene).sum()"""
import json
import sys

import h4h


def main():
    space = h4h.Space(h4h.shipped_file("spaces/toy.yaml"))
    oracle = h4h.Oracle(h4h.shipped_file("platforms/h4h-7nm.yaml"), space)
    middle = {name: choices[(len(choices) - 1) // 2] for name, choices in space.genes}
    for name in middle:
        if name.endswith(".depth"):
            middle[name] = dict(space.genes)[name][-1]  # no gene is without effect
    entries = [(name, choice) for name, choices in space.genes if len(choices) > 1 for choice in choices]
    costs = oracle([space.genotype({**middle, name: choice}) for name, choice in entries])
    table = {"unit": "s", "genes": {}}
    for (name, choice), latency in zip(entries, costs.latency_s):
        table["genes"].setdefault(name, {})[str(choice)] = float(latency)
    with open(sys.argv[1], "w") as file:
        json.dump(table, file, indent=2)
    for name, choices in table["genes"].items():
        print(f"{name:16}", *(f"{choice}: {latency * 1e6:.1f} us" for choice, latency in choices.items()),
              sep="  ")


if __name__ == "__main__":
    main()
