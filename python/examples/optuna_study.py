#!/usr/bin/env python3
"""Chooses the hardware with Optuna: number of macros, compute units of a macro and bandwidth of the
link, for a low latency of a network and a small area of the macros.
    python/examples/optuna_study.py [--trials N] [--network NAME]"""
import argparse

import h4h
import optuna

CHIP = h4h.shipped_file("platforms/h4h-7nm.yaml")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--network", default=h4h.shipped_file("spaces/toy.yaml") + "#max")
    options = parser.parse_args()
    network = h4h.load_network(options.network)

    def cost(trial):
        chip = h4h.load_platform(CHIP, {
            "cim.macros": trial.suggest_int("cim.macros", 1, 16),
            "cim.compute_units": trial.suggest_categorical("cim.compute_units", [1, 2, 4]),
            "noc.bandwidth": f"{trial.suggest_int('noc.bandwidth', 2, 16)} GB/s"})
        report = h4h.simulate(chip, network)
        return report.totals.latency_s, report.area_mm2.cim

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(directions=["minimize", "minimize"],
                                sampler=optuna.samplers.NSGAIISampler(seed=1, population_size=10))
    study.optimize(cost, n_trials=options.trials)
    for trial in sorted(study.best_trials, key=lambda t: t.values):
        latency, area = trial.values
        print(f"{latency * 1e3:.6f} ms  {area:.6f} mm2  {trial.params}")


if __name__ == "__main__":
    main()
