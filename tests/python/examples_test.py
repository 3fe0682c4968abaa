"""Examples, the notebook and the blocks of docs/python.md run."""
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from support import ROOT

EXAMPLES = ROOT / "python/examples"


@contextlib.contextmanager
def scratch():
    """A folder with platforms/ and nas/ of the source tree, entered."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("platforms", "nas"):
            (pathlib.Path(folder) / name).symlink_to(ROOT / name)
        os.chdir(folder)
        try:
            yield pathlib.Path(folder)
        finally:
            os.chdir(before)


def run(name, *words):
    return subprocess.run([sys.executable, str(EXAMPLES / name), *words], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


class Examples(unittest.TestCase):
    def test_optuna_finds_chips_that_no_other_trial_beats(self):
        out = run("optuna_study.py", "--trials", "12")
        points = [tuple(map(float, m)) for m in re.findall(r"([\d.]+) ms +([\d.]+) mm2", out)]
        self.assertTrue(points)
        for a in points:
            self.assertFalse(any(b != a and b[0] <= a[0] and b[1] <= a[1] for b in points), out)

    def test_deap_finds_a_front_of_networks(self):
        out = run("deap_nsga2.py", "--generations", "5", "--population", "20")
        points = [tuple(map(float, m)) for m in re.findall(r"([\d.]+) ms +([\d.]+) M MACs", out)]
        self.assertGreater(len(points), 2)
        self.assertEqual(points, sorted(points))
        self.assertEqual([macs for _, macs in points], sorted(macs for _, macs in points))

    def test_latency_table_has_every_choice_of_every_gene(self):
        with scratch() as folder:
            run("latency_table.py", str(folder / "latency.json"))
            table = json.loads((folder / "latency.json").read_text())
        self.assertEqual(table["unit"], "s")
        self.assertEqual(set(table["genes"]["mb2.width"]), {"32", "40", "48"})
        self.assertGreater(table["genes"]["mb2.depth"]["2"], table["genes"]["mb2.depth"]["1"])

    def test_notebook_plots_a_sweep(self):
        os.environ["MPLBACKEND"] = "Agg"
        notebook = json.loads((EXAMPLES / "sweep.ipynb").read_text())
        cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        self.assertGreater(len(cells), 2)
        names = {}
        with scratch(), contextlib.redirect_stdout(io.StringIO()):
            for cell in cells:
                exec(compile(cell, "sweep.ipynb", "exec"), names)
        self.assertEqual(len(names["figure"].axes[0].lines), 2)


class Documents(unittest.TestCase):
    def test_blocks_of_the_guide_run_in_order(self):
        document = ROOT / "docs/python.md"
        blocks = re.findall(r"^```python\n(.*?)^```$", document.read_text(), re.M | re.S)
        self.assertGreater(len(blocks), 4)
        names = {}
        with scratch(), contextlib.redirect_stdout(io.StringIO()):
            for block in blocks:
                exec(compile(block, str(document), "exec"), names)


if __name__ == "__main__":
    unittest.main()
