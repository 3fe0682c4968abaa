"""Every wrong call raises, and says what is wrong."""
import os
import pathlib
import tempfile
import unittest

import h4h
from support import CHIP, ROOT, TOY


class WrongCalls(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def refuses(self, error, text, call, *arguments, **named):
        with self.assertRaisesRegex(error, text):
            call(*arguments, **named)

    def test_errors_are_value_errors_with_a_place(self):
        file = self.write("chip.yaml", f"extends: {CHIP}\nname: mine\ncim:\n  macrs: 4\n")
        with self.assertRaises(ValueError) as caught:
            h4h.load_platform(file)
        self.assertIsInstance(caught.exception, h4h.PlatformError)
        self.assertIsInstance(caught.exception, h4h.Error)
        self.assertEqual((caught.exception.file, caught.exception.line), (str(file), 4))
        with self.assertRaises(h4h.UsageError) as caught:
            h4h.simulate(CHIP, "mobilenet_v2", mapping="best")
        self.assertEqual((caught.exception.file, caught.exception.line), (None, None))

    def test_files_that_are_missing_or_no_files(self):
        for call in (h4h.load_platform, h4h.load_network, h4h.Space):
            self.refuses(FileNotFoundError, "nowhere.yaml", call, "nowhere.yaml")
            self.refuses(FileNotFoundError, "nowhere.yaml", call, pathlib.Path("nowhere.yaml"))
            self.refuses(IsADirectoryError, "platforms", call, ROOT / "platforms")
        self.refuses(FileNotFoundError, "none.yaml", h4h.load_network, "none.yaml#min")
        self.refuses(h4h.MappingError, "none.yaml", h4h.simulate, CHIP, f"{TOY}#min", mapping="none.yaml")
        self.refuses(FileNotFoundError, "no.yaml", h4h.shipped_file, "platforms/no.yaml")

    def test_files_of_another_kind(self):
        self.refuses(h4h.PlatformError, "toy.yaml:", h4h.load_platform, TOY)
        self.refuses(h4h.SpaceError, "h4h-7nm.yaml:", h4h.Space, CHIP)
        self.refuses(h4h.NetworkError, "a search space, not a network", h4h.load_network, TOY)
        self.refuses(h4h.NetworkError, "mobilenet", h4h.load_network, "mobilnet_v2")
        self.refuses(h4h.NetworkError, "bad.onnx", h4h.load_network, self.write("bad.onnx", "no ONNX"))
        self.refuses(h4h.NetworkError, "bad.tflite", h4h.load_network,
                     self.write("bad.tflite", "no TFLite"))
        self.refuses(h4h.PlatformError, "bad.yaml:1", h4h.load_platform, self.write("bad.yaml", "{"))
        self.refuses(h4h.MappingError, "map.yaml:1", h4h.simulate, CHIP, f"{TOY}#min",
                     mapping=self.write("map.yaml", "layrs: []\n"))

    def test_values_of_wrong_types(self):
        for wrong in (None, 3, 1.5, [], {}, object(), True):
            self.refuses(TypeError, "path", h4h.load_platform, wrong)
            self.refuses(TypeError, "network must be a path", h4h.load_network, wrong)
            self.refuses(TypeError, "", h4h.Space, wrong)
            self.refuses(TypeError, "", h4h.simulate, wrong, "mobilenet_v2")
            self.refuses(TypeError, "", h4h.simulate, CHIP, wrong)
            self.refuses(TypeError, "", h4h.Oracle, CHIP, wrong)
            self.refuses(TypeError, "", h4h.Oracle(CHIP, TOY), wrong if wrong != [] else None)
        for name in ("effort", "max_latency", "max_energy", "fps", "samples", "seed", "jobs"):
            self.refuses(TypeError, name, h4h.simulate, CHIP, f"{TOY}#min", **{name: []})
        for name in ("mapping", "objective"):
            self.refuses(TypeError, name, h4h.simulate, CHIP, f"{TOY}#min", **{name: None})
        self.refuses(TypeError, "cache", h4h.simulate, CHIP, f"{TOY}#min", cache=1)
        self.refuses(TypeError, "unexpected keyword", h4h.simulate, CHIP, f"{TOY}#min", objektive="energy")
        self.refuses(TypeError, "keys", h4h.load_platform, CHIP, {1: 2})
        self.refuses(TypeError, "cim.macros", h4h.load_platform, CHIP, {"cim.macros": None})
        self.refuses(TypeError, "cim.macros", h4h.load_platform, CHIP, {"cim.macros": True})
        self.refuses(TypeError, "list", h4h.load_platform, CHIP, "cim.macros=1")
        for made in (h4h.Platform, h4h.Network, h4h.Genotype):
            self.refuses(TypeError, "", made)

    def test_keys_and_values_that_no_platform_has(self):
        load = h4h.load_platform
        self.refuses(h4h.PlatformError, "unknown key 'cim.macrs'.*cim.macros", load, CHIP, {"cim.macrs": 1})
        self.refuses(h4h.PlatformError, "cim.macros", load, CHIP, {"cim.macros": -1})
        self.refuses(h4h.PlatformError, "cim.macros", load, CHIP, {"cim.macros": 1.5})
        self.refuses(h4h.PlatformError, "cim.macros", load, CHIP, {"cim.macros": 10 ** 30})
        self.refuses(h4h.PlatformError, "noc.bandwidth", load, CHIP, {"noc.bandwidth": "fast"})
        self.refuses(h4h.PlatformError, "noc.bandwidth", load, CHIP, {"noc.bandwidth": float("nan")})
        self.refuses(h4h.PlatformError, "KEY=VALUE", load, CHIP, ["cim.macros"])
        self.refuses(KeyError, "cim.macrs", lambda: load(CHIP)["cim.macrs"])

    def test_arguments_that_the_command_line_refuses(self):
        def simulate(text, **named):
            self.refuses(h4h.UsageError, text, h4h.simulate, CHIP, f"{TOY}#min", **named)

        simulate("^objective 'speed' is not one of: latency, energy, edp", objective="speed")
        simulate("^mapping 'best' is not one of", mapping="best")
        simulate("'mapping'", mapping="")
        simulate("^effort 'fuller' is not one of", effort="fuller")
        simulate("^objective needs mapping auto", objective="energy", mapping="npu")
        simulate("^max_latency needs objective latency or energy", objective="edp", max_latency="1 ms")
        simulate("^max_latency", max_latency=-1)
        simulate("^max_energy", max_energy="2 ms")
        simulate("^max_energy", max_energy=0)
        simulate("^max_energy", max_energy=float("inf"))
        simulate("^fps", fps=-30)
        simulate("^samples needs uncertainty", samples=4)
        simulate("^samples", uncertainty=True, samples=0)
        simulate("^seed", uncertainty=True, seed=-1)
        simulate("^jobs", jobs=0)
        simulate("^jobs", jobs=-2)
        self.refuses(h4h.UsageError, "unsupported", h4h.load_network, "mobilenet_v2", unsupported="skip")
        self.refuses(h4h.UsageError, "input", h4h.load_network, "mobilenet_v2", input="1xx3")

    def test_sweeps_and_comparisons_of_nothing(self):
        self.refuses(h4h.UsageError, "vary", h4h.sweep, CHIP, f"{TOY}#min")
        self.refuses(h4h.UsageError, "vary", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": []})
        self.refuses(h4h.PlatformError, "cim.macrs", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macrs": [1]})
        self.refuses(h4h.PlatformError, "cim.macros", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": [-1]})
        self.refuses(h4h.UsageError, "given twice", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": [1, 1]})
        self.refuses(h4h.UsageError, "range", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": "4..1"})
        self.refuses(h4h.UsageError, "at least one", h4h.sweep, CHIP, [], {"cim.macros": [1]})
        self.refuses(h4h.UsageError, "given twice", h4h.sweep, CHIP, [f"{TOY}#min"] * 2, {"cim.macros": [1]})
        self.refuses(TypeError, "cim.macros", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": [None]})
        self.refuses(TypeError, "", h4h.sweep, CHIP, f"{TOY}#min", {"cim.macros": 1})
        self.refuses(TypeError, "", h4h.sweep, CHIP, f"{TOY}#min", ["cim.macros=1"])
        self.refuses(TypeError, "", h4h.sweep, CHIP, None, {"cim.macros": [1]})
        self.refuses(h4h.Error, "v.csv:2", h4h.sweep, CHIP, f"{TOY}#min",
                     vary_file=self.write("v.csv", "cim.macrs\n1\n"))
        self.refuses(h4h.UsageError, "at least one", h4h.compare, CHIP, CHIP, [])
        self.refuses(h4h.UsageError, "samples", h4h.compare, CHIP, CHIP, f"{TOY}#min", samples=0)
        small = h4h.load_platform(CHIP, {"sram.size": "1 KiB", "sram.overflow": "infeasible"})
        self.refuses(h4h.InfeasibleError, "infeasible", h4h.compare, CHIP, small, f"{TOY}#min")
        self.refuses(h4h.InfeasibleError, "infeasible", h4h.simulate, small, f"{TOY}#min")

    def test_genotypes_that_a_space_does_not_have(self):
        space, other = h4h.Space(TOY), h4h.Space(ROOT / "nas/spaces/h4h-32.yaml")
        self.refuses(h4h.SpaceError, "", space.parse, "{")
        self.refuses(h4h.SpaceError, "", space.parse, '{"resolution":7}')
        self.refuses(h4h.SpaceError, "", space.parse, str(other.min()))
        self.refuses(h4h.SpaceError, "", space.parse, {"resolution": 24})
        self.refuses(TypeError, "", space.parse, None)
        self.refuses(TypeError, "", space.parse, {"resolution": object()})
        self.refuses(TypeError, "keys", space.parse, {1: 2})
        for call in (space.format, space.network, lambda g: space.mutate(g, 0.5, 1),
                     lambda g: space.crossover(g, space.min(), 1), h4h.Oracle(CHIP, space).report,
                     lambda g: h4h.Oracle(CHIP, space)([g])):
            self.refuses(h4h.SpaceError, "another space", call, other.min())
            self.refuses(TypeError, "", call, None)
        self.refuses(h4h.SpaceError, "indices", space.genotype, [0, 1])
        self.refuses(h4h.SpaceError, "index", space.genotype, [-1] * len(space.genes))
        self.refuses(h4h.SpaceError, "index", space.genotype, [99] * len(space.genes))
        self.refuses(h4h.SpaceError, "missing", space.genotype, {})
        values = {name: choices[0] for name, choices in space.genes}
        self.refuses(h4h.SpaceError, "no gene 'width'", space.genotype, {**values, "width": 3})
        self.refuses(h4h.SpaceError, "resolution", space.genotype, {**values, "resolution": 25})
        for wrong in (None, "24", [24]):
            self.refuses(TypeError, "resolution", space.genotype, {**values, "resolution": wrong})
        self.refuses(TypeError, "", space.genotype, {**values, 1: 2})
        self.refuses(TypeError, "", space.genotype, None)
        self.refuses(h4h.SpaceError, "at most 10", space.enumerate, 10)

    def test_numbers_out_of_range(self):
        space = h4h.Space(TOY)
        self.refuses(TypeError, "", space.sample, -1)
        self.refuses(TypeError, "", space.sample, 1.5)
        self.refuses(ValueError, "count", space.sample, 10 ** 12)
        self.refuses(TypeError, "", space.sample, 1, -1)
        self.refuses(TypeError, "", space.sample, 1, None)
        for probability in (-0.1, 1.1, float("nan")):
            self.refuses(ValueError, "probability", space.mutate, space.min(), probability, 1)
        self.refuses(TypeError, "", h4h.Random, -1)
        self.refuses(ValueError, "above 0", h4h.Random(1).below, 0)

    def test_batches_that_are_none(self):
        import numpy
        oracle = h4h.Oracle(CHIP, TOY)
        genes = len(oracle.space.genes)
        for wrong in ("text", b"bytes", {1: 2}, iter([]), numpy.zeros((2, genes))):
            self.refuses(TypeError, "", oracle, wrong)
        self.refuses(TypeError, "no h4h.Genotype", oracle, [1])
        self.refuses(TypeError, "no h4h.Genotype", oracle, [None])
        self.refuses(ValueError, "dimensions", oracle, numpy.zeros(genes, dtype=int))
        self.refuses(h4h.SpaceError, "indices", oracle, numpy.zeros((2, genes + 1), dtype=int))
        self.refuses(h4h.SpaceError, "index", oracle, numpy.full((2, genes), 99))
        self.assertEqual(len(oracle(numpy.zeros((0, genes), dtype=int)).latency_s), 0)
        self.refuses(h4h.UsageError, "objective", h4h.Oracle, CHIP, TOY, "speed")

    def test_layers_of_the_whole_space_where_there_are_none(self):
        oracle = h4h.Oracle(CHIP, TOY, "edp")
        self.refuses(RuntimeError, "cannot be precomputed", oracle.precompute)

    def test_a_cache_that_cannot_be_written(self):
        with self.assertWarnsRegex(RuntimeWarning, "cache"):
            h4h.simulate(CHIP, f"{TOY}#min", cache=self.folder)
        oracle = h4h.Oracle(CHIP, TOY, cache=self.folder)
        with self.assertWarnsRegex(RuntimeWarning, "cache"):
            first = oracle([oracle.space.min()]).latency_s[0]
        self.assertEqual(oracle([oracle.space.min()]).latency_s[0], first)


if __name__ == "__main__":
    unittest.main()
