#!/usr/bin/env python3
"""Figures of the shipped platforms, held equal to the last bit.

  figures.py BINARY           compares with figures.csv; exit code 1 and a line for each difference
  figures.py BINARY --renew   writes figures.csv, after a change that raises kModelVersion

A row is a platform, a network and a mapping: the totals as the JSON report writes them, and the
SHA-256 of the same figures of all layers. `mapping` cim does not run where there are no macros; its
row then has the message.
"""
import csv
import hashlib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = pathlib.Path(__file__).with_name("figures.csv")
NETWORKS = ["mobilenet_v2", "nas/spaces/h4h-imagenet.yaml#min", "nas/spaces/h4h-imagenet.yaml#mid"]
MAPPINGS = ["auto", "npu", "cim"]
TOTALS = ["cycles", "latency_s", "energy_j", "area_mm2", "noc_bytes", "spilled_bytes"]
OF_A_LAYER = ["npu_share", "cycles", "latency_s", "energy_j", "noc_bytes", "spilled_bytes", "bound_by"]
COLUMNS = ["platform", "network", "mapping", "model_version", *TOTALS, "layers_sha256"]


def row(binary, platform, network, mapping):
    run = subprocess.run([binary, "simulate", "--platform", f"platforms/{platform}.yaml", "--network", network,
                          "--mapping", mapping, "--format", "json", "--cache", "none"],
                         cwd=ROOT, capture_output=True, text=True)
    key = [platform, network, mapping]
    if run.returncode != 0:
        return [*key, *[""] * len(TOTALS), "", run.stderr.strip()]
    # Numbers keep the text that they have in the report.
    report = json.loads(run.stdout, parse_float=str, parse_int=str)
    layers = [[layer[name] for name in OF_A_LAYER] for layer in report["layers"]]
    totals = ["" if report["totals"][name] is None else report["totals"][name] for name in TOTALS]
    return [*key, report["model_version"], *totals, hashlib.sha256(json.dumps(layers).encode()).hexdigest()]


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    platforms = sorted(path.stem for path in (ROOT / "platforms").glob("*.yaml"))
    rows = [row(binary, p, n, m) for p in platforms for n in NETWORKS for m in MAPPINGS]
    if sys.argv[2:] == ["--renew"]:
        with FILE.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
        return 0
    with FILE.open(newline="") as file:
        golden = {tuple(r[:3]): r for r in list(csv.reader(file))[1:]}
    different = 0
    for now in rows:
        was = golden.get(tuple(now[:3]))
        if was is not None and was != now:
            different += 1
            print(f"{', '.join(now[:3])}: was {was[3:]}, is {now[3:]}")
    missing = set(golden) - {tuple(r[:3]) for r in rows}
    print(f"{len(rows)} rows, {different} different, {len(missing)} gone")
    return 1 if different or missing or not golden else 0


sys.exit(main())
