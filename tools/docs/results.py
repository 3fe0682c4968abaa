"""The tables of docs/results.md: real networks, and what became of the paper's claims."""
import collections
import csv
import json
import os
import re
import subprocess


def between(text, name, lines):
    """The text with what stands between <!-- name --> and <!-- /name --> replaced."""
    head, rest = text.split(f"<!-- {name} -->\n")
    _, tail = rest.split(f"<!-- /{name} -->")
    return f"{head}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->{tail}"


def networks(text, root, program, nets):
    """The text with the rows of its table of networks measured again, those whose files `nets` has."""
    rows = text.split("<!-- networks -->\n")[1].split("<!-- /networks -->")[0].splitlines()
    names = [row.split("|")[1].strip() for row in rows[2:]]
    names = [name if name.endswith(".onnx") else name + ".tflite" for name in names]
    files = [next(iter(sorted(nets.rglob(name))), None) for name in names]
    if None in files:
        raise SystemExit(f"tools/readme: not below {nets}: {names[files.index(None)]}")
    run = subprocess.run([root / "tools/network-table", *files], capture_output=True, text=True, check=True,
                         env={**os.environ, "H4H": str(program)})
    return between(text, "networks", run.stdout.splitlines())


def rows(file):
    with open(file, newline="") as stream:
        return list(csv.DictReader(stream))


def number(text):
    return f"{float(text):.3g}" if text else "none"


def share(text):
    return f"{100 * float(text):.0f} %" if text else "none"


def decided_by(claim):
    alone = claim["broken_by"] or claim["mended_by"]
    if alone:
        keys = alone.split()
        return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
    return f"several, {claim['told_apart_by']} first" if claim["told_apart_by"] else ""


def has_ranges(claims):
    return "holds_share" in claims[0]


def claims_table(claims):
    ranged = has_ranges(claims)
    yield "| claim | kind | value | criterion | verdict |" + (" interval | holds in | parameters that flip the verdict |" if ranged else " |")
    yield "|---|---|---|---|---|" + ("---|---|---|" if ranged else "---|")
    for c in claims:
        verdict = c["verdict"] if c["verdict"] == "holds" else f"**{c['verdict']}**"
        by = f" ({c['accuracy_by']})" if c["accuracy_by"] else ""
        kind = "variant" if c["variant_of"] else c["kind"]
        intervals = (f" {number(c['low'])} .. {number(c['high'])} | {share(c['holds_share'])} | {decided_by(c)} |"
                     if ranged else f" {c['follows'] and 'follows ' + c['follows']} |")
        yield f"| {c['id']}{by} | {kind} | {number(c['value'])} | {c['accept']} | {verdict} |" + intervals


def kinds_text(claims):
    """Counts of the kinds that headlines leave out: "17 of 17 structural, ..."."""
    counts = collections.defaultdict(list)
    for c in claims:
        counts["variants" if c["variant_of"] else c["kind"]].append(c["verdict"] == "holds")
    kinds = [kind for kind in ("structural", "calibrated", "derived", "variants") if counts[kind]]
    return ", ".join(f"{sum(counts[kind])} of {len(counts[kind])} {kind}" for kind in kinds)


def headline_ablation_table(claims, cells):
    """Headlines under one categorical choice made the other way, a column each."""
    columns = list(dict.fromkeys(c["ablation"] for c in cells if not c["ablation"].startswith("cim.capacity=")))
    by_claim = collections.defaultdict(dict)
    for c in cells:
        key = "other capacity" if c["ablation"].startswith("cim.capacity=") else c["ablation"]
        by_claim[c["id"]][key] = number(c["value"]) if c["verdict"] == "holds" else f"**{number(c['value'])}**"
    columns.append("other capacity")
    yield "| claim | default | " + " | ".join(f"`{c}`" if "=" in c else c for c in columns) + " |"
    yield "|---" * (len(columns) + 2) + "|"
    for c in claims:
        if c["id"] in by_claim:
            value = number(c["value"]) if c["verdict"] == "holds" else f"**{number(c['value'])}**"
            yield f"| {c['id']} | {value} | " + " | ".join(by_claim[c["id"]].get(k, "") for k in columns) + " |"


def ablation_table(cells):
    chips = [("1", "1"), ("1", "2"), ("1", "4"), ("8", "1")]
    saved = collections.defaultdict(list)
    for c in cells:
        saved[c["capacity"], c["ablation"], c["macros"], c["units"]].append(float(c["energy_saved"]))
    yield "| choice | capacity | 1 macro, 1 unit | 2 units | 4 units | 8 macros |"
    yield "|---|---|---|---|---|---|"
    for ablation in dict.fromkeys(c["ablation"] for c in cells):
        for capacity in dict.fromkeys(c["capacity"] for c in cells):
            means = [saved[(capacity, ablation, *chip)] for chip in chips]
            yield (f"| {ablation.replace('_', ' ')} | {capacity} | "
                   + " | ".join(f"{100 * sum(m) / len(m):.1f} %" for m in means) + " |")


def results(text, folder):
    claims = rows(folder / "claims.csv")
    run = json.loads((folder / "reproduce.json").read_text())
    tested = [c for c in claims if c["kind"] == "tested" and not c["variant_of"]]
    holds = sum(c["verdict"] == "holds" for c in tested)
    always = f", {sum(c['holds_share'] == '1' for c in tested)} in every sample" if has_ranges(claims) else ""
    ranges = f"; {run['uncertainty'].split(',')[0]}" if has_ranges(claims) else ""
    lines = [f"{holds} of {len(tested)} tested rows hold at the default{always}. Beside them, not counted: {kinds_text(claims)}. "
             f"{run['platform']}{ranges}; searches: {run['searches']}.", ""]
    lines += [*claims_table(claims), "",
              "Latency and energy claims with one categorical choice made the other way; bold: does not hold (`ablations.csv`):", "",
              *headline_ablation_table(claims, rows(folder / "ablations.csv")), "",
              "Energy saved against the NPU alone, mean of min@192, mid@224 and max@288 (`energy-hardware.csv`):", "",
              *ablation_table(rows(folder / "energy-hardware.csv"))]
    return between(text, "results", lines)


def percent_within(row, figure):
    value, low, high = (100 * float(row[f"{figure}_saved{end}"]) for end in ("", "_low", "_high"))
    return f"{value:.0f} % ({low:.0f} .. {high:.0f})"


def generations(text, folder):
    all_rows = rows(folder / "npu-generations.csv")
    lines = ["| NPU | network | latency alone | 1 macro saves | 8 macros save | energy alone | 1 macro saves | 8 macros save |",
             "|---|---|--:|--:|--:|--:|--:|--:|"]
    for alone in (r for r in all_rows if r["macros"] == "0"):
        one, eight = (next(r for r in all_rows if r["macros"] == macros and (r["npu"], r["network"]) == (alone["npu"], alone["network"]))
                      for macros in ("1", "8"))
        lines.append(f"| {alone['npu']} | {alone['network']} | {1e3 * float(alone['latency_s']):.3g} ms | {percent_within(one, 'latency')} | "
                     f"{percent_within(eight, 'latency')} | {1e3 * float(alone['energy_j']):.3g} mJ | {percent_within(one, 'energy')} | "
                     f"{percent_within(eight, 'energy')} |")
    return between(text, "generations", lines)


def with_interval(row):
    return f"{number(row['value'])} ({number(row['interval_low'])} .. {number(row['interval_high'])})"


def arms_table(measures):
    """Table 2: test accuracies by recipe, of the smallest, the largest and fixed networks."""
    found = {m["measure"]: m for m in measures if m["study"] == "table2"}
    yield "| recipe | smallest | largest | mean of fixed networks |"
    yield "|---|---|---|---|"
    for arm in ("cnn-only", "vanilla", "vanilla-equal-compute", "tpi-freeze", "tpi-unfreeze"):
        cells = [found[f"{arm.replace('-', '_')}_{quantity}"] for quantity in ("smallest", "largest", "mean")]
        yield f"| `{arm}` | " + " | ".join(with_interval(c) for c in cells) + " |"


def conflict_table(measures):
    """Cosines of gradients by supernet and group, of a CNN and a hybrid network and of two CNN networks."""
    found = {m["measure"]: m for m in measures if m["study"] == "conflict"}
    groups = ("conv", "batch_norm", "head", "vit")
    yield "| supernet | pair | " + " | ".join(groups) + " |"
    yield "|---" * (2 + len(groups)) + "|"
    for arm in ("cnn-only", "vanilla-quarter", "vanilla", "tpi-freeze", "tpi-unfreeze"):
        for pair in ("mixed", "cnn", "hybrid", "mixed-parts"):
            cells = [found.get(f"{arm}_{pair}_{group}_cosine".replace("-", "_")) for group in groups]
            if any(cells):
                yield f"| `{arm}` | {pair} | " + " | ".join(with_interval(c) if c else "" for c in cells) + " |"


def trained_claims(folder):
    return [c for c in rows(folder / "claims.csv") if c["trainings"]]


def trained_counts(claims):
    """"8 of 14 tested rows hold, 4 differ, 2 are undecided; not counted: 5 of 7 calibrated, ..."."""
    tested = [c for c in claims if c["kind"] == "tested" and not c["variant_of"]]
    counts = collections.Counter(c["verdict"] for c in tested)
    others = f" Beside them, not counted: {kinds_text(claims)}." if kinds_text(claims) else ""
    undecided = f"{counts['undecided']} {'is' if counts['undecided'] == 1 else 'are'} undecided"
    return f"{counts['holds']} of {len(tested)} tested rows hold, {counts['differs']} differ, {undecided}.{others}"


def trained_claims_table(claims):
    yield "| claim | kind | value (95 % interval) | criterion | verdict |"
    yield "|---|---|---|---|---|"
    for c in claims:
        verdict = c["verdict"] if c["verdict"] == "holds" else f"**{c['verdict']}**"
        kind = "variant" if c["variant_of"] else c["kind"]
        yield f"| {c['id']} | {kind} | {with_interval(c)} | {c['accept']} | {verdict} |"


def trained(text, folder):
    """docs/trained-supernets.md with the tables of a run of the studies that train supernets."""
    measures = rows(folder / "measures.csv")
    run = json.loads((folder / "reproduce.json").read_text())
    claims = trained_claims(folder)
    lines = [f"{run['trainings']}. {trained_counts(claims)}", "",
             "Test accuracy, %:", "", *arms_table(measures), "", "Cosines of gradients (`conflict`):", "",
             *conflict_table(measures), "", *trained_claims_table(claims)]
    return between(text, "trained", lines)


def trained_full(text, folder):
    """The same document with table 2 at full size."""
    run = json.loads((folder / "reproduce.json").read_text())
    claims = trained_claims(folder)
    trainings = re.sub(r"on imagefolder:\S*/", "on imagefolder:", run["trainings"])
    lines = [f"{trainings}. {trained_counts(claims)}", "", "Test accuracy, %:", "",
             *arms_table(rows(folder / "measures.csv")), "", *trained_claims_table(claims)]
    return between(text, "trained-full", lines)


def trained_summary(text, folder):
    """docs/results.md with the claims of such a run."""
    run = json.loads((folder / "reproduce.json").read_text())
    claims = trained_claims(folder)
    return between(text, "trained", [f"{run['trainings']}. {trained_counts(claims)}", "", *trained_claims_table(claims)])
