// The page of a sweep, put together from the data it carries.

// Of a large sweep the page has a part of the points.
function thinText(shown, all) {
  return shown === all ? "" : ` This page shows ${count(shown)} of ${count(all)} points: those on Pareto fronts, the worst of each network and an even selection of the others. sweep.csv and sweep.json hold all.`;
}

function summaryText(sweep, all) {
  const variants = sweep.networks.length > 0 ? all / sweep.networks.length : 0;
  const axes = sweep.axes.map((axis) => {
    const values = [...new Set(sweep.points.map((p) => p.values[axis]))];
    return `${axis} = ${values.length > 8 ? `${values[0]} … ${values[values.length - 1]} (${values.length} values)` : values.join(", ")}`;
  });
  return `${plural(sweep.networks.length, "network")} on ${plural(variants, "variant")} of ${sweep.platform.name}, mapped for ${sweep.objective}` +
    (axes.length === 0 ? "." : `: ${axes.join("; ")}.`) + thinText(sweep.points.length, all);
}

// A figure is a number here also where it is uncertain; its interval stands in `totals`. `row`: in
// sweep.csv.
function plainPoint(point, index, row) {
  if (!point.uncertainty) return { ...point, index, row };
  const totals = Object.fromEntries(FIGURES.filter(([key]) => point[key]?.low !== undefined).map(([key]) => [key, point[key]]));
  const values = Object.fromEntries(Object.entries(totals).map(([key, figure]) => [key, figure.value]));
  return { ...point, ...values, totals, index, row };
}

class SweepPage {
  constructor({ sweep, fronts, thin, simulate }) {
    this.sweep = sweep;
    this.simulate = simulate;
    this.names = shortNames(sweep.networks);
    this.fronts = fronts;
    this.points = sweep.points.map((p, i) => plainPoint(p, i, (thin ? thin.rows[i] : i) + 1));
    this.running = this.points.filter((p) => !p.infeasible);
    this.all = thin ? thin.points : this.points.length;
    this.refusedOf = thin ? thin.infeasible : sweep.networks.map((n) => this.points.filter((p) => p.network === n && p.infeasible).length);
    this.refused = sum(this.refusedOf);
    this.hasArea = this.running.some((p) => p.area_mm2 !== null);
    this.keys = sweep.axes.map((key) => new VariedKey(key, this.points));
    this.choices = sweep.networks.map((network) => this.running.filter((p) => p.network === network && p.layers));
  }

  fill() {
    byId("summary").textContent = summaryText(this.sweep, this.all);
    this.fillTiles();
    this.fillBest();
    this.fillTable();
    this.fillSelects();
    this.fillAbout();
    byId("area-figure").hidden = !this.hasArea;
    byId("tradeoff-charts").classList.toggle("two", this.hasArea);
    byId("tradeoff-charts").classList.toggle("one", !this.hasArea);
    byId("tradeoff-note").textContent = this.hasArea ? "" : "No area chart: the platform does not set the area of every part.";
    const fastest = this.fronts.energy.find((front) => front.length > 0);
    ["tradeoffs", "inside", "variants"].forEach((id) => { byId(id).hidden = fastest === undefined; });
    this.network = 0;
    this.chosen = fastest && fastest[0];
    this.draw();
  }

  draw() {
    if (this.chosen === undefined) return;
    this.drawTradeoffs();
    this.choose(this.chosen);
    this.showNetwork(this.network);
    this.drawVersus();
  }

  // The chosen figure of the chosen network over a key.
  drawVersus() {
    byId("versus").hidden = this.keys.length === 0;
    if (this.keys.length === 0) return;
    const key = this.keys[byId("versus-key").value], by = this.keys[byId("versus-colour").value], figure = VERSUS_FIGURES[byId("versus-figure").value];
    const points = this.points.filter((p) => p.network === this.sweep.networks[this.network]);
    byId("versus-caption").textContent = `${figure.name[0].toUpperCase()}${figure.name.slice(1)} of ${this.names.get(this.sweep.networks[this.network])} versus ${key.key}`;
    drawVersus("versus-chart", points, key, by === key ? undefined : by, figure, this.names, (i) => this.go(i));
  }

  // Of all networks, or of the selected one.
  drawTradeoffs() {
    const one = byId("front-select").value, go = (i) => this.go(i);
    const seen = (n) => one === "" || n === this.sweep.networks[one];
    const points = this.running.filter((p) => seen(p.network)), by = this.keys[byId("front-colour").value];
    const fronts = (key) => this.sweep.networks.map((network, i) => ({ network, i, front: this.fronts[key][i] })).filter((f) => seen(f.network));
    drawTradeoff("energy-front", new Tradeoff(points, "energy_j", "energy", "J", this.names), fronts("energy"), by, go);
    if (this.hasArea) drawTradeoff("area-front", new Tradeoff(points, "area_mm2", "area", "mm²", this.names), fronts("area"), by, go);
  }

  of(network) {
    return this.running.filter((p) => p.network === network);
  }

  fillTiles() {
    const spread = (network) => {
      const points = this.of(network), rest = [["energy", "energy_j"], ["area", "area_mm2"]].map(([name, key]) => [name, ratio(points, key)]);
      const others = rest.filter(([, r]) => r !== null).map(([name, r]) => `${ratioText(r)} in ${name}`);
      return tile(`${this.names.get(network)}, worst / best`, ratioText(ratio(points, "latency_s") || 1), ["in latency", ...others].join(", "));
    };
    const tiles = this.sweep.networks.filter((n) => this.of(n).length > 1).slice(0, 6).map(spread);
    byId("tiles").replaceChildren(
      tile("Points", count(this.all), this.refused === 0 ? "none infeasible" : `${count(this.refused)} infeasible`), ...tiles);
  }

  fillBest() {
    byId("best-list").replaceChildren(...this.sweep.networks.map((network, i) =>
      element("li", {}, swatch(networkColour(i)), element("b", { title: network }, this.names.get(network)), ...this.bestOf(network, i))));
  }

  // The rest of a sentence; a variant that is best in several is named once.
  bestOf(network, i) {
    const energy = this.fronts.energy[i], smallest = this.fronts.area[i];
    if (energy.length === 0) return [" is infeasible on all variants."];
    const bests = [["is fastest", energy[0]], ["uses the least energy", this.first(energy, "energy_j")]];
    if (smallest.length > 0) bests.push(["has the smallest area", this.first(smallest, "area_mm2")]);
    const claims = new Map();
    bests.forEach(([claim, index]) => claims.set(index, [...(claims.get(index) || []), claim]));
    return [...claims].flatMap(([index, texts], n) => [n === 0 ? " " : "; it ", `${texts.join(" and ").replace(/ and (?=.* and )/, ", ")} with `,
      this.link(this.points[index]), ` (${figuresText(this.points[index])})`]).concat(".");
  }

  // Of a front the first that is as good as its last.
  first(front, key) {
    const last = this.points[front[front.length - 1]];
    return front.find((index) => this.points[index][key] === last[key]);
  }

  link(point) {
    return element("button", { type: "button", class: "link", on: { click: () => this.go(point.index) } }, variantText(point));
  }

  columns() {
    const { axes, networks } = this.sweep;
    const fixed = (scale, decimals) => (v) => (v / scale).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const of = (key) => (p) => (p.infeasible ? null : p[key]);
    const text = (v) => v;
    const number = (title, unit, key, show) => [title, unit, of(key), show, "number"];
    return [
      ["#", "", (p) => p.row, text, "number"],
      ...axes.map((axis) => this.axisColumn(axis)),
      ["network", "", (p) => p.network, (v) => this.names.get(v), "name", (p) => networkColour(networks.indexOf(p.network))],
      number("latency", "ms", "latency_s", fixed(1e-3, 4)),
      number("energy", "µJ", "energy_j", fixed(1e-6, 2)),
      ...(this.hasArea ? [number("area", "mm²", "area_mm2", areaDigits)] : []),
      ["on a front", "", (p) => this.frontsOf(p), text, "tight"],
      number("on macros", "% of MACs", "cim_share", fixed(0.01, 1)),
      number("macros", "in use", "macros_in_use", count),
      number("NoC", "kB", "noc_bytes", fixed(1e3, 1)),
      ...(this.running.some((p) => p.spilled_bytes > 0) ? [number("spilled", "kB", "spilled_bytes", fixed(1e3, 1))] : []),
    ];
  }

  // Sorted as the values were given.
  axisColumn(axis) {
    const order = new Map([...new Set(this.points.map((p) => p.values[axis]))].map((value, i) => [value, i]));
    return [axis, "", (p) => order.get(p.values[axis]), (_, p) => p.values[axis], "tight"];
  }

  frontsOf(point) {
    const i = this.sweep.networks.indexOf(point.network);
    return ["energy", "area"].filter((f) => this.frontSets[f][i].has(point.index)).join(", ") || null;
  }

  fillTable() {
    const sets = (fronts) => fronts.map((front) => new Set(front));
    this.frontSets = { energy: sets(this.fronts.energy), area: sets(this.fronts.area) };
    const note = (p) => (p.infeasible ? `infeasible: ${p.infeasible}` : null);
    this.table = new SortedTable("point-table", this.columns(), this.points, (i) => this.go(i), { largestFirst: false, note, figures: this.sweep.axes.length + 2 });
    tableRecords.set("point-table", () => this.points.map((p) => this.record(p)));
    const input = byId("point-filter");
    input.placeholder = `text in a row, such as ${this.sweep.axes.length > 0 ? `${this.sweep.axes[0]}=${this.points[0]?.values[this.sweep.axes[0]]}` : "a network's name"}`;
    input.addEventListener("input", () => this.filter(input.value));
    this.filter("");
  }

  // As a row of sweep.csv, with its number.
  record({ row, values, index, totals = {}, ...rest }) {
    const intervals = Object.entries(totals).flatMap(([key, { value, ...ends }]) => Object.entries(ends).map(([end, v]) => [`${key}_${end}`, v]));
    return { row, ...values, ...flatRecord(rest), ...Object.fromEntries(intervals) };
  }

  // Every word of `text` must stand in a row; `key=value` must be one of its values.
  filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter((w) => w !== "");
    const keep = (p) => {
      const fields = [...Object.entries(p.values).map(([axis, value]) => `${axis}=${value}`), p.network, p.infeasible || "", this.frontsOf(p) || ""].map((f) => f.toLowerCase());
      const has = (word) => fields.some((f) => (word.includes("=") ? f === word || f.startsWith(`${word} `) : f.includes(word)));
      return words.every(has);
    };
    byId("filter-count").textContent = `${count(this.table.filter(keep))} of ${plural(this.points.length, "point")}`;
  }

  fillSelects() {
    const option = (p) => element("option", { value: p.index }, `${variantText(p)} (${seconds(p.latency_s)})`);
    byId("point-select").replaceChildren(...this.choices.map((points, i) => element("optgroup", { label: this.names.get(this.sweep.networks[i]) }, ...points.map(option))));
    byId("point-select").addEventListener("change", (event) => this.choose(Number(event.target.value)));
    byId("point-previous").addEventListener("click", () => this.step(-1));
    byId("point-next").addEventListener("click", () => this.step(1));
    const networks = () => this.sweep.networks.map((n, i) => element("option", { value: i }, this.names.get(n)));
    document.querySelectorAll(".several").forEach((controls) => { controls.hidden = this.sweep.networks.length < 2; });
    this.fillKeySelects();
    byId("front-select").replaceChildren(element("option", { value: "" }, "all networks"), ...networks());
    byId("front-select").addEventListener("change", () => this.drawTradeoffs());
    byId("network-select").replaceChildren(...networks());
    byId("network-select").addEventListener("change", (event) => {
      this.showNetwork(Number(event.target.value));
      this.drawVersus();
    });
  }

  fillKeySelects() {
    const keys = () => this.keys.map(({ key }, i) => element("option", { value: i }, key));
    const figures = VERSUS_FIGURES.map((f, i) => ({ ...f, i })).filter((f) => this.running.some((p) => p[f.key] !== null && p[f.key] !== undefined));
    byId("versus-figure").replaceChildren(...figures.map((f) => element("option", { value: f.i }, f.name)));
    byId("versus-key").replaceChildren(...keys());
    byId("versus-colour").replaceChildren(...keys(), element("option", { value: "" }, "nothing"));
    byId("versus-colour").value = this.keys.length > 1 ? 1 : "";
    byId("versus-colours").hidden = this.keys.length < 2;
    byId("front-colour").replaceChildren(element("option", { value: "" }, "network"), ...keys());
    byId("front-colours").hidden = this.keys.length === 0;
    ["versus-figure", "versus-key", "versus-colour"].forEach((id) => byId(id).addEventListener("change", () => this.drawVersus()));
    byId("front-colour").addEventListener("change", () => this.drawTradeoffs());
  }

  step(by) {
    const order = this.choices.flat().map((p) => p.index);
    const to = order[order.indexOf(this.chosen) + by];
    if (to !== undefined) this.choose(to);
  }

  choose(index) {
    const point = this.points[index], layers = point.layers || [];
    this.chosen = index;
    byId("point-select").value = point.layers ? index : "";
    this.table.mark(index);
    byId("point-facts").textContent = this.factsText(point);
    byId("point-command").replaceChildren(...(this.simulate ? [copyLine("Simulate this:", this.commandText(point))] : []));
    byId("layers-none").hidden = layers.length > 0;
    byId("layers-none").textContent = point.infeasible ? "Infeasible." :
      "This page holds the layers of the Pareto fronts and of the worst points; sweep.json has all.";
    if (layers.length > 0) drawTime(layers, () => {});
    else Chart.getChart("time-chart")?.destroy();
    this.fillTotals(point, layers);
    this.fillSensitivity(point);
  }

  fillSensitivity({ uncertainty, totals }) {
    byId("uncertainty").hidden = !uncertainty;
    if (!uncertainty) return;
    byId("uncertainty-lead").textContent = `${samplesText(uncertainty)} The best mapping changes in ${uncertainty.other_mappings} of them${uncertainty.infeasible > 0 ? `, ${uncertainty.infeasible} are infeasible` : ""}.`;
    fillUncertainty("uncertainty-figures", uncertainFigures(totals, uncertainty), uncertainty.values);
  }

  // What simulates a point. A variant of a file leaves empty what it does not set.
  commandText(point) {
    const sets = Object.entries(point.values).filter(([, value]) => value !== "").map(([axis, value]) => `--set ${shellWord(`${axis}=${value}`)}`);
    return [this.simulate, ...sets, `--network ${shellWord(point.network)}`].join(" ");
  }

  factsText(point) {
    const start = `${this.names.get(point.network)} on ${variantText(point)}`;
    if (point.infeasible) return `${start} is infeasible: ${point.infeasible}`;
    const macros = point.macros_in_use === 0 ? "no macros in use"
      : `${plural(point.macros_in_use, "macro")} with ${plural(point.units_in_use, "unit")} each in use, which execute ${percent(point.cim_share, 1)} of the MACs`;
    const spills = point.spilled_bytes > 0 ? `${quantity(point.spilled_bytes, "B")} spilled to external memory` : "nothing spilled";
    return `${start}: ${figuresText(point)}; ${macros}; ${quantity(point.noc_bytes, "B")} over the NoC; peak activation memory ${quantity(point.peak_activation_bytes, "B")}, ${spills}.`;
  }

  fillTotals(point, layers) {
    const times = BOUNDS.map((b) => [b, sum(layers.filter((l) => l.bound_by === b).map((l) => l.latency_s))]);
    const fill = (target, entries, unit) => {
      const all = sum(entries.map(([, v]) => v)), used = entries.filter(([, v]) => v > 0).sort((a, b) => b[1] - a[1]);
      byId(target).replaceChildren(...used.map(([p, v]) => totalRow(part(p).colour, part(p).name, figure(v, unit), v / all)));
    };
    fill("bound-totals", times, "s");
    fill("energy-totals", Object.entries(point.energy_parts_j || {}), "J");
  }

  showNetwork(i) {
    this.network = i;
    const points = this.points.filter((p) => p.network === this.sweep.networks[i]), missing = this.refusedOf[i];
    const parts = Object.keys(points.find((p) => !p.infeasible)?.energy_parts_j || {}).filter((k) => points.some((p) => !p.infeasible && p.energy_parts_j[k] > 0));
    const go = (index) => this.go(index), { axes } = this.sweep;
    drawVariants("latency-chart", axes, points, { name: "latency", unit: "s", key: "latency_s",
      sets: [{ title: "latency", colour: networkColour(i), value: (p) => p.latency_s }] }, go);
    drawVariants("energy-chart", axes, points, { name: "energy", unit: "J", key: "energy_j",
      sets: parts.map((k) => ({ title: part(k).name, colour: part(k).colour, value: (p) => p.energy_parts_j[k] })) }, go);
    byId("variants-note").textContent = missing === 0 ? "" : `Infeasible on ${plural(missing, "variant")}: gaps in the charts; the table has the reasons.`;
  }

  // From elsewhere on the page to the point's layers.
  go(index) {
    if (this.chosen === undefined) return;
    this.choose(index);
    byId("inside").scrollIntoView({ behavior: "smooth" });
  }

  fillAbout() {
    const { platform, objective } = this.sweep;
    byId("about-list").replaceChildren(...[
      `Computed by the simulator H4H. The platform is ${platform.name}, hash ${platform.hash}; each variant sets the values of its row in that file. All points depend on the assumptions of the file; h4h platform show lists them.`,
      `The mapping of every network on every variant minimises ${objective}.`,
      "Latency is the time of one inference; energy is that of one inference, including leakage during that time; area is that of the chip in mm², where the platform sets the area of every part.",
      "The same points in SI units: sweep.csv (one point per row) and sweep.json (with the layers of all points).",
    ].map((text) => element("li", {}, text)));
  }
}

const page = new SweepPage(JSON.parse(byId("data").textContent));
showPage(page.sweep.schema, () => page.fill(), () => page.draw());
