import csv
import json
import math
import os
import sys
import tempfile
import threading
import unittest

import h4h
from support import CHIP, ROOT, TOY, command


class Space(unittest.TestCase):
    space = h4h.Space(TOY)

    def test_samples_are_those_of_the_command_line(self):
        lines = command("space", "show", TOY, "--sample", "20", "--seed", "7").splitlines()
        self.assertEqual([str(g) for g in self.space.sample(20, 7)], lines)
        self.assertEqual([self.space.parse(line) for line in lines],
                         self.space.sample(20, h4h.Random(7)))

    def test_genotypes_survive_every_form(self):
        for genotype in self.space.sample(50, 1):
            self.assertEqual(self.space.parse(self.space.format(genotype)), genotype)
            self.assertEqual(self.space.parse(genotype.to_dict()), genotype)
            self.assertEqual(self.space.genotype(genotype.indices), genotype)
            named = {name: choices[i] for (name, choices), i in zip(self.space.genes, genotype.indices)}
            self.assertEqual(self.space.genotype(named), genotype)
            self.assertEqual(hash(self.space.parse(str(genotype))), hash(genotype))

    def test_genes_that_decide_nothing_may_be_left_out(self):
        values = {name: choices[-1] for name, choices in self.space.genes if len(choices) > 1}
        values["vit2.depth"] = 0
        full = self.space.genotype(values)
        del values["vit2.width"], values["vit2.expansion"]
        self.assertEqual(self.space.genotype(values), full)
        del values["vit1.width"]
        with self.assertRaisesRegex(h4h.SpaceError, "vit1.width is missing"):
            self.space.genotype(values)

    def test_words_and_flags_are_choices(self):
        space = h4h.Space(str(ROOT / "nas/spaces/ofa-mobilenetv3.yaml"))
        genes = dict(space.genes)
        self.assertEqual(genes["mb4.kernel"], (3, 5, 7))
        self.assertEqual(genes["mb4.activation"], ("hard_swish",))
        self.assertEqual(genes["mb4.se"], (True,))
        for genotype in space.sample(20, 1):
            named = {name: choices[i] for (name, choices), i in zip(space.genes, genotype.indices)}
            self.assertEqual(space.genotype(named), genotype)
            self.assertEqual(space.parse(genotype.to_dict()), genotype)
            self.assertIs(genotype.to_dict()["mb4"]["se"], True)
        with self.assertRaisesRegex(h4h.SpaceError, "mb4.activation: silu is not one of: hard_swish"):
            space.genotype({**named, "mb4.activation": "silu"})
        with self.assertRaisesRegex(h4h.SpaceError, "mb4.se: 1 is not one of: true"):
            space.genotype({**named, "mb4.se": 1})
        with self.assertRaisesRegex(h4h.SpaceError, "mb4.kernel: 4 is not one of: 3, 5, 7"):
            space.genotype({**named, "mb4.kernel": 4})

    def test_mutation_changes_and_crossover_mixes(self):
        a, b = self.space.min(), self.space.max()
        random = h4h.Random(3)
        self.assertNotEqual(self.space.mutate(a, 0.1, random), a)
        child = self.space.crossover(a, b, random)
        for index, low, high in zip(child.indices, a.indices, b.indices):
            self.assertIn(index, (low, high))
        self.assertEqual(self.space.mutate(a, 0.5, 9), self.space.mutate(a, 0.5, 9))

    def test_networks_are_those_of_the_command_line(self):
        network = self.space.network(self.space.max())
        self.assertEqual(network.macs, h4h.load_network(f"{TOY}#max").macs)
        self.assertEqual(len(self.space.enumerate(100_000)), round(10 ** self.space.log10_size))

    def test_rows_of_a_search_are_networks(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            command("search", "--space", str(ROOT / "nas/spaces/resnet.yaml"), "--accuracy", "surrogate",
                    "--platform", CHIP, "--population", "4", "--evaluations", "8", "--random", "off",
                    "--out", run)
            with open(os.path.join(run, "front.csv"), newline="") as file:
                rows = list(csv.DictReader(file))
            report = h4h.simulate(h4h.load_platform(CHIP), h4h.load_network(f"{run}#{len(rows)}"))
            self.assertEqual(report.totals.latency_s, float(rows[-1]["latency_s"]))
            with self.assertRaisesRegex(h4h.NetworkError, "has no row '0'"):
                h4h.load_network(f"{run}#0")

    def test_two_loads_of_a_file_are_one_space(self):
        other = h4h.Space(TOY)
        self.assertEqual(other, self.space)
        self.assertEqual(other.min(), self.space.min())
        self.assertEqual(other.format(self.space.min()), self.space.format(other.min()))


class Oracle(unittest.TestCase):
    space = h4h.Space(TOY)

    def test_costs_are_those_of_simulate(self):
        oracle = h4h.Oracle(CHIP, self.space)
        genotypes = self.space.sample(3, 1)
        costs = oracle(genotypes)
        for i, genotype in enumerate(genotypes):
            report = h4h.simulate(CHIP, self.space.network(genotype))
            self.assertEqual(costs.latency_s[i], report.totals.latency_s)
            self.assertEqual(costs.energy_j[i], report.totals.energy_j)
            self.assertEqual(costs.infeasible[i], None)
            self.assertEqual(oracle.report(genotype).totals, report.totals)
        self.assertTrue(math.isnan(costs.area_mm2[0]))

    def test_arrays_of_indices_ask_the_same(self):
        import numpy
        oracle = h4h.Oracle(CHIP, TOY, "energy")
        genotypes = self.space.sample(10, 1)
        costs = oracle(genotypes)
        self.assertIsInstance(costs.latency_s, numpy.ndarray)
        for kind in (numpy.int64, numpy.int32, numpy.uint16, numpy.uint8):
            matrix = numpy.array([g.indices for g in genotypes], dtype=kind)
            self.assertTrue((oracle(matrix).energy_j == costs.energy_j).all())
        self.assertTrue((oracle(matrix[::2]).energy_j == costs.energy_j[::2]).all())

    def test_networks_that_do_not_run_cost_more_than_any_other(self):
        chip = h4h.load_platform(CHIP, {"sram.size": "16 KiB", "sram.overflow": "infeasible"})
        costs = h4h.Oracle(chip, self.space)(self.space.sample(20, 1))
        refused = [i for i, reason in enumerate(costs.infeasible) if reason]
        self.assertTrue(refused)
        for i in refused:
            self.assertEqual(costs.latency_s[i], math.inf)
            self.assertIn("sram.size", costs.infeasible[i])

    def test_an_empty_batch_has_no_costs(self):
        costs = h4h.Oracle(CHIP, self.space)([])
        self.assertEqual(len(costs.latency_s), 0)
        self.assertEqual(costs.infeasible, [])

    def test_precomputed_layers_need_no_simulation(self):
        oracle = h4h.Oracle(CHIP, self.space)
        done = oracle.precompute()
        self.assertGreater(done["jobs"], 100)
        self.assertTrue(done["all"])
        self.assertEqual(oracle.precompute(), done)

    def test_two_threads_have_two_oracles_and_share_a_third(self):
        genotypes = self.space.sample(8, 5)
        expected = h4h.Oracle(CHIP, self.space)(genotypes).latency_s
        shared, problems = h4h.Oracle(CHIP, self.space), []

        def ask(oracle):
            for _ in range(2):
                for each in (oracle, shared):
                    if list(each(genotypes).latency_s) != list(expected):
                        problems.append("other costs")
            if h4h.simulate(CHIP, f"{TOY}#min").totals.latency_s <= 0:
                problems.append("no time")

        threads = [threading.Thread(target=ask, args=(h4h.Oracle(CHIP, self.space),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(problems, [])

    def test_other_threads_run_while_layers_are_simulated(self):
        steps, done = [0], threading.Event()

        def count():
            while not done.is_set():
                steps[0] += 1

        counter = threading.Thread(target=count)
        counter.start()
        h4h.Oracle(CHIP, self.space)(self.space.sample(20, 2))
        done.set()
        counter.join()
        self.assertGreater(steps[0], 1000)


class Fork(unittest.TestCase):
    def in_child(self, work):
        """The exit code of a child that runs `work`."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = work()
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def test_a_child_simulates_what_its_parent_does(self):
        expected = h4h.simulate(CHIP, f"{TOY}#min")
        self.assertEqual(self.in_child(lambda: h4h.simulate(CHIP, f"{TOY}#min") != expected), 0)

    def test_a_child_may_be_made_while_a_thread_simulates(self):
        space = h4h.Space(TOY)
        genotypes = space.sample(30, 3)
        oracle = h4h.Oracle(CHIP, space)
        thread = threading.Thread(target=oracle, args=(genotypes,))
        thread.start()
        for _ in range(5):
            self.assertEqual(self.in_child(lambda: len(h4h.Oracle(CHIP, space)(genotypes[:2]).latency_s)
                                           != 2), 0)
        thread.join()

    def test_an_oracle_of_the_parent_is_refused_in_a_child(self):
        space = h4h.Space(TOY)
        oracle = h4h.Oracle(CHIP, space, jobs=2)

        def ask():
            try:
                oracle([space.min()])
            except RuntimeError as error:
                return 0 if "before the process forked" in str(error) else 2
            return 3

        self.assertEqual(self.in_child(ask), 0)
        self.assertGreater(oracle([space.min()]).latency_s[0], 0)  # its workers are there still


if __name__ == "__main__":
    unittest.main()
