import json
import pathlib
import pickle
import tempfile
import unittest

import h4h
from support import CHIP, TOY, command, document


class Simulate(unittest.TestCase):
    def test_report_is_the_document_of_the_command_line(self):
        report = h4h.simulate(CHIP, "mobilenet_v2", objective="energy")
        self.assertEqual(report.to_dict(),
                         document("simulate", "--platform", CHIP, "--network", "mobilenet_v2",
                                  "--objective", "energy", "--format", "json"))

    def test_attributes_are_the_members_of_the_document(self):
        report = h4h.simulate(CHIP, "mobilenet_v2", mapping="npu")
        self.assertEqual(report.totals.latency_s, report.to_dict()["totals"]["latency_s"])
        self.assertEqual(report.mapping.kind, "npu")
        self.assertEqual(report.network.name, "mobilenet_v2_1_224")
        self.assertIsNone(report.area_mm2.npu)
        self.assertIn("energy_j", dir(report))
        self.assertEqual(pickle.loads(pickle.dumps(report)), report)
        with self.assertRaisesRegex(AttributeError, "no 'latency_ms'.*totals"):
            report.latency_ms

    def test_layers_add_up_to_the_total(self):
        report = h4h.simulate(CHIP, "mobilenet_v2")
        layers = report.layers()
        self.assertAlmostEqual(sum(layer["latency_s"] for layer in layers), report.totals.latency_s)
        layers[0]["latency_s"] = 0  # a copy
        self.assertGreater(report.layers()[0]["latency_s"], 0)

    def test_layers_are_a_data_frame_where_it_is_asked_for(self):
        report = h4h.simulate(CHIP, "mobilenet_v2")
        frame = report.layers(frame=True)
        self.assertEqual(list(frame["name"]), [layer["name"] for layer in report.layers()])
        self.assertIn("energy_parts_j.npu", frame.columns)

    def test_overrides_are_those_of_the_command_line(self):
        expected = document("simulate", "--platform", CHIP, "--network", "mobilenet_v2", "--set",
                            "cim.macros=4", "--set", "noc.bandwidth=8 GB/s", "--format", "json")
        for chip in (h4h.load_platform(CHIP, {"cim.macros": 4, "noc.bandwidth": "8 GB/s"}),
                     h4h.load_platform(CHIP, cim={"macros": 4}, noc={"bandwidth": "8 GB/s"}),
                     h4h.load_platform(CHIP, ["cim.macros=4", "noc.bandwidth=8 GB/s"]),
                     h4h.load_platform(CHIP, **{"cim.macros": 4, "noc.bandwidth": "8 GB/s"})):
            self.assertEqual(h4h.simulate(chip, "mobilenet_v2").to_dict(), expected)

    def test_platform_says_what_it_holds(self):
        chip = h4h.load_platform(CHIP, {"cim.macros": 4})
        self.assertEqual(chip["cim.macros"], "4")
        self.assertEqual(chip.name, "h4h-7nm")
        self.assertEqual(chip.to_dict(), document("platform", "show", CHIP, "--set", "cim.macros=4",
                                                  "--format", "json"))
        self.assertEqual(chip, h4h.load_platform(CHIP, cim={"macros": 4}))
        self.assertNotEqual(chip, h4h.load_platform(CHIP))

    def test_network_says_what_it_holds(self):
        network = h4h.load_network("mobilenet_v2:0.5")
        self.assertEqual(network.to_dict(), document("network", "show", "mobilenet_v2:0.5", "--format",
                                                     "json"))
        self.assertEqual(network.macs, sum(layer["macs"] for layer in network.to_dict()["layers"]))
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "half.yaml"
            file.write_text(network.to_yaml())
            self.assertEqual(h4h.load_network(file).macs, network.macs)
        self.assertIn("mobilenet_v2", h4h.network_names())

    def test_limits_are_numbers_in_base_units_or_text(self):
        within = h4h.simulate(CHIP, "mobilenet_v2", objective="energy", max_latency=3e-3)
        self.assertEqual(within, h4h.simulate(CHIP, "mobilenet_v2", objective="energy",
                                              max_latency="3 ms"))
        self.assertLessEqual(within.totals.latency_s, 3e-3)
        with self.assertRaisesRegex(h4h.InfeasibleError, "mobilenet_v2_1_224 is infeasible on h4h-7nm"):
            h4h.simulate(CHIP, "mobilenet_v2", max_latency=1e-5, objective="energy")

    def test_uncertainty_and_average_power_are_those_of_the_command_line(self):
        report = h4h.simulate(CHIP, f"{TOY}#min", fps=30, uncertainty=True, samples=3, seed=2)
        self.assertEqual(report.to_dict(),
                         document("simulate", "--platform", CHIP, "--network", f"{TOY}#min", "--fps",
                                  "30", "--uncertainty", "--samples", "3", "--seed", "2", "--format",
                                  "json"))

    def test_results_are_cached_in_the_file_that_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            cache = pathlib.Path(folder) / "costs.sqlite"
            first = h4h.simulate(CHIP, f"{TOY}#min", cache=cache)
            self.assertGreater(cache.stat().st_size, 0)
            self.assertEqual(h4h.simulate(CHIP, f"{TOY}#min", cache=cache), first)
            cache.write_bytes(b"no database" * 1000)
            with self.assertWarnsRegex(RuntimeWarning, "costs.sqlite"):
                self.assertEqual(h4h.simulate(CHIP, f"{TOY}#min", cache=cache), first)


class Map(unittest.TestCase):
    def test_mapping_pins_what_was_chosen(self):
        mapping = h4h.map(CHIP, "mobilenet_v2")
        free = h4h.simulate(CHIP, "mobilenet_v2")
        pinned = h4h.simulate(CHIP, "mobilenet_v2", mapping=mapping)
        self.assertEqual(pinned.totals, free.totals)
        self.assertEqual(pinned.mapping.kind, "file")
        self.assertEqual(mapping.kind, "auto")
        self.assertEqual([layer["npu_share"] for layer in mapping.layers()],
                         [layer["npu_share"] for layer in free.layers()])

    def test_text_of_a_mapping_is_a_mapping_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "mapping"  # no word: a path
            file.write_text(h4h.map(CHIP, f"{TOY}#min").text)
            report = h4h.simulate(CHIP, f"{TOY}#min", mapping=file)
            command("simulate", "--platform", CHIP, "--network", f"{TOY}#min", "--mapping", str(file),
                    "--cache", "none")
            self.assertEqual(report.mapping.file, str(file))


class SweepAndCompare(unittest.TestCase):
    def test_sweep_is_the_document_of_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            command("sweep", "--platform", CHIP, "--network", f"{TOY}#min", "--vary", "cim.macros=0..2",
                    "--vary", "noc.bandwidth=4 GB/s,8 GB/s", "--out", folder)
            expected = json.loads((pathlib.Path(folder) / "sweep.json").read_text())
        swept = h4h.sweep(CHIP, f"{TOY}#min", {"cim.macros": "0..2", "noc.bandwidth": ["4 GB/s", "8 GB/s"]})
        self.assertEqual(swept.to_dict(), expected)
        frame = swept.points(frame=True)
        self.assertEqual(list(frame["cim.macros"]), ["0", "0", "1", "1", "2", "2"])
        self.assertEqual([point["latency_s"] for point in swept.points()], list(frame["latency_s"]))

    def test_sweep_with_workers_gives_the_same(self):
        vary = {"cim.macros": [1, 2]}
        self.assertEqual(h4h.sweep(CHIP, [f"{TOY}#min"], vary, jobs=2),
                         h4h.sweep(CHIP, [f"{TOY}#min"], vary))

    def test_comparison_is_the_document_of_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder) / "other.yaml"
            other.write_text(f"extends: {CHIP}\nname: other\ncim: {{macros: 2}}\n")
            out = pathlib.Path(folder) / "out"
            command("compare", CHIP, str(other), "--network", f"{TOY}#min", "--samples", "3", "--out",
                    str(out))
            expected = json.loads((out / "compare.json").read_text())
            compared = h4h.compare(CHIP, other, f"{TOY}#min", samples=3)
        self.assertEqual(compared.to_dict(), expected)


if __name__ == "__main__":
    unittest.main()
