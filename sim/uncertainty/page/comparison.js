// The page of a comparison, put together from the data it carries.

const shareText = (share) => `${(100 * share).toFixed(0)}${SPACE}%`;

// As a row of compare.csv.
function comparisonRecord({ network, name, unit, first, second, ratio, median_ratio: median, first_less, second_less }) {
  const interval = (key, figure) => ({ [key]: figure.value, [`${key}_low`]: figure.low, [`${key}_high`]: figure.high });
  return { network, figure: name, unit, ...interval("first", first), ...interval("second", second), ...interval("ratio", ratio),
    ratio_p5: ratio.p5, ratio_p95: ratio.p95, ratio_median: median, first_less, second_less, moved_by: ratio.moved_by };
}

class ComparisonPage {
  constructor(data) {
    this.data = data;
    this.names = shortNames(data.networks.map((n) => n.network));
    this.rows = data.networks.flatMap((n) => n.figures.map((f) => ({ ...f, network: n.network })));
    this.chosen = 0;
  }

  fill() {
    const { data } = this;
    byId("summary").textContent = `First: ${data.first}. Second: ${data.second}. Mapped for ${data.objective}. ` +
      `${plural(data.values.length, "uncertain parameter")} over their ranges, each alone and in ${plural(data.samples, "sample")} (random seed ${data.seed}).`;
    byId("tiles").replaceChildren(...this.rows.filter((r) => r.name !== "area").slice(0, 6).map((r) =>
      tile(`${r.name} of ${this.names.get(r.network)}, second / first`, digits(r.ratio.value, 3), `${digits(r.ratio.p5, 3)} .. ${digits(r.ratio.p95, 3)}; the second is lower in ${shareText(r.second_less)} of samples`)));
    plainTable("key-table", ["parameter", "first", "second"], data.keys.map((k) => [k.key, k.first, k.second]));
    this.fillTable();
    this.choose(0);
  }

  // The layers of a network, first those that make up the most of the difference in latency.
  fillLayers(name) {
    const { layers } = this.data.networks.find((n) => n.network === name);
    const change = (l) => l.latency_s.second - l.latency_s.first;
    const all = layers.reduce((sum, l) => sum + change(l), 0), ordered = [...layers].sort((a, b) => Math.sign(all) * (change(b) - change(a)));
    let behind = 0;
    for (let moved = 0; behind < ordered.length && Math.abs(moved) < 0.8 * Math.abs(all); behind += 1) moved += change(ordered[behind]);
    byId("reasons-lead").textContent = (this.data.keys.length === 0 ? "All values of the platforms are the same. " : `Values that differ (${plural(this.data.keys.length, "parameter")}) and layers of ${this.names.get(name)}. `) +
      (all === 0 ? "They take the same time." : `${behind} of ${plural(layers.length, "layer")} make up 80${SPACE}% of the difference in latency. Values as in the files, without uncertainty.`);
    plainTable("layer-table", ["layer", "first", "second", "change", "first bound by", "second bound by"], ordered.map((l) => [
      l.name, figure(l.latency_s.first, "s"), figure(l.latency_s.second, "s"), figure(change(l), "s"), l.bound_by.first, l.bound_by.second]));
    tableRecords.set("layer-table", () => ordered.map((l) => ({ network: name, layer: l.name, first_s: l.latency_s.first, second_s: l.latency_s.second, first_j: l.energy_j.first, second_j: l.energy_j.second, first_bound_by: l.bound_by.first, second_bound_by: l.bound_by.second })));
  }

  fillTable() {
    const unit = inUnit;
    const rows = this.rows.map((r, index) => ({ ...r, index }));
    const share = (v) => (100 * v).toFixed(0);
    const ratio = (v) => v.toFixed(3);
    const columns = [
      ["network", "", (r) => r.network, (v) => this.names.get(v), "name"],
      ["metric", "", (r) => r.name, (v) => v, "tight"],
      ["first", "", (r) => r.first.value, (v, r) => unit(v, r.unit), "number"],
      ["second", "", (r) => r.second.value, (v, r) => unit(v, r.unit), "number"],
      ["ratio", "second / first", (r) => r.ratio.value, ratio, "number"],
      ["min", "", (r) => r.ratio.low, ratio, "number"],
      ["max", "", (r) => r.ratio.high, ratio, "number"],
      ["median", "of samples", (r) => r.median_ratio, ratio, "number"],
      ["first lower", "% of samples", (r) => r.first_less, share, "number"],
      ["second lower", "% of samples", (r) => r.second_less, share, "number"],
      ["dominant parameter", "", (r) => r.ratio.moved_by || "none", (v) => v, "tight"],
    ];
    tableRecords.set("figure-table", () => this.rows.map(comparisonRecord));
    this.table = new SortedTable("figure-table", columns, rows, (i) => this.choose(i));
  }

  choose(index) {
    this.chosen = index;
    this.table.mark(index);
    const row = this.rows[index];
    this.fillLayers(row.network);
    byId("sensitivity-lead").textContent = `${row.name} of ${this.names.get(row.network)}: ${intervalText({ ...row.ratio, unit: "" })}.`;
    fillUncertainty("ratio-figures", [{ name: `${row.name}, second / first`, unit: "", ...row.ratio, alone: row.ratio_alone, sampled: row.ratio_sampled }], this.data.values);
  }
}

const comparisonPage = new ComparisonPage(JSON.parse(byId("data").textContent));
showPage(comparisonPage.data.schema, () => comparisonPage.fill(), () => comparisonPage.choose(comparisonPage.chosen));
