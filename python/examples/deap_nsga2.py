#!/usr/bin/env python3
"""Searches a space with the NSGA-II of DEAP: low latency on a chip, and many MACs, which stand for the
accuracy that your own training would give.
    python/examples/deap_nsga2.py [--generations N] [--population N]"""
import argparse

import h4h
from deap import base, creator, tools


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--generations", type=int, default=20)
    parser.add_argument("--population", type=int, default=40)
    options = parser.parse_args()

    space = h4h.Space(h4h.shipped_file("spaces/toy.yaml"))
    oracle = h4h.Oracle(h4h.shipped_file("platforms/h4h-7nm.yaml"), space)
    random = h4h.Random(1)
    creator.create("Fitness", base.Fitness, weights=(-1.0, 1.0))
    creator.create("Individual", list, fitness=creator.Fitness)  # of one item, its genotype

    def evaluate(individuals):
        latencies = oracle([individual[0] for individual in individuals]).latency_s
        for individual, latency in zip(individuals, latencies):
            individual.fitness.values = latency, space.network(individual[0]).macs

    def child(parents):
        a, b = (parents[random.below(len(parents))][0] for _ in range(2))
        return creator.Individual([space.mutate(space.crossover(a, b, random), 0.1, random)])

    population = [creator.Individual([g]) for g in space.sample(options.population, random)]
    evaluate(population)
    for _ in range(options.generations):
        children = [child(population) for _ in range(options.population)]
        evaluate(children)
        population = tools.selNSGA2(population + children, options.population)

    front = tools.sortNondominated(population, options.population, first_front_only=True)[0]
    distinct = {individual[0]: individual.fitness.values for individual in front}
    for genotype, (latency, macs) in sorted(distinct.items(), key=lambda item: item[1]):
        print(f"{latency * 1e3:.6f} ms  {macs / 1e6:.6f} M MACs  {genotype}")


if __name__ == "__main__":
    main()
