// Puts the page together from the data it carries.

function boundSummary(report) {
  const shares = BOUNDS.map((b) => [b, sum(report.layers.filter((l) => l.bound_by === b).map((l) => l.latency_s))]);
  return shares.filter(([, t]) => t > 0).sort((a, b) => b[1] - a[1]);
}

function fillHeadline(data) {
  const report = data.report, t = report.totals, m = report.mapping;
  const bounds = boundSummary(report);
  byId("summary").textContent = `${plural(report.layers.length, "layer")}, ${quantity(report.network.macs, "MAC")}, ${quantity(report.network.weight_bytes, "B")} of weights.${leftOutText(report)}`;
  const rate = report.network.macs / t.latency_s;
  const peak = sum(data.rooflines.map((r) => r.peak_macs_per_s));  // of the macros in use: 0 for none
  const devices = m.macros_in_use > 0 ? "NPU and macros" : "the NPU";
  byId("tiles").replaceChildren(
    tile("Latency", seconds(t.latency_s), `${count(t.cycles)} NPU cycles; ${digits(1 / t.latency_s, 3)} inferences/s`),
    tile("Energy", figure(t.energy_j, "J"), `${quantity(t.energy_j / t.latency_s, "W", 3)} while running; ${digits((2e-12 * report.network.macs) / t.energy_j, 3)} TOPS/W`),
    tile("Mapping", m.kind, m.macros_in_use === 0 ? "no macros in use" : `${plural(m.macros_in_use, "macro")}, ${plural(m.units_in_use, "unit")} each`),
    tile("Bottleneck", part(bounds[0][0]).name, bounds.map(([b, s]) => `${part(b).name} ${percent(s, t.latency_s)}`).join(", ")),
    ...aloneTiles(data),
    tile("Throughput", quantity(rate, "MAC/s", 3), `${percent(rate, peak)} of the peak of ${devices}`),
    tile("NoC traffic", figure(t.noc_bytes, "B"), `${quantity(t.noc_bytes / t.latency_s, "B/s", 3)} on average`),
    tile("Peak activation memory", figure(t.peak_activation_bytes, "B"), sramDetail(data)),
    tile("Area", t.area_mm2 === null ? "unknown" : `${digits(t.area_mm2)} mm²`, areaDetail(report.area_mm2)));
}

// The same network without macros, where this run has some.
function aloneTiles({ npu_alone: alone, report: { totals: t } }) {
  if (!alone) return [];
  return [tile("NPU alone", seconds(alone.latency_s), `${figure(alone.energy_j, "J")}; with macros ${timesText(alone.latency_s / t.latency_s)} the speed, ${timesText(t.energy_j / alone.energy_j)} the energy`)];
}
const timesText = (ratio) => `${ratio.toFixed(2)}${SPACE}×`;

// What --unsupported host leaves out.
function leftOutText(report) {
  const host = report.unsupported, left = report.network.host_macs;
  if (host.length === 0) return "";
  const known = host.every((u) => u.macs !== null) ? "" : "at least ";
  return ` ${known}${count(left)} of ${count(report.network.macs + left)} MACs are left out: ${plural(host.length, "operator")} of the file ${host.length === 1 ? "runs" : "run"} on the host.`;
}

function sramDetail(data) {
  const size = data.platform.find((s) => s.key === "sram.size").value, spilled = data.report.totals.spilled_bytes;
  return `SRAM of ${size}; ` + (spilled > 0 ? `${quantity(spilled, "B")} spilled to external memory` : "nothing spilled");
}

function areaDetail(area) {
  const known = Object.entries(area).filter(([, v]) => v !== null && v > 0);
  return known.length === 0 ? "no area is set in the platform" : known.map(([p, v]) => `${part(p).name} ${digits(v, 3)} mm²`).join(", ");
}

function layerFacts(layer) {
  const share = layer.cim_channels === 0 ? `all ${layer.npu_channels} channels on the NPU`
    : `${layer.npu_channels} channels on the NPU, ${layer.cim_channels} on the macros`;
  return `${layer.op}, ${layer.input} → ${layer.output}, ${quantity(layer.macs, "MAC")}; ${share}; ` +
    `${seconds(layer.latency_s)}, ${figure(layer.energy_j, "J")}, ${quantity(layer.noc_bytes, "B")} over the NoC; bound by ${part(layer.bound_by).name}.`;
}

function fillSensitivity(u) {
  byId("uncertainty").hidden = !u;
  if (!u) return;
  byId("uncertainty-lead").textContent = `${samplesText(u)} The mapping is chosen again for each sample.`;
  fillUncertainty("uncertainty-figures", uncertainFigures(u.totals, u), u.values);
  byId("uncertainty-note").textContent = `The best mapping changes in ${u.other_mappings} of ${plural(u.samples, "sample")}` +
    (u.infeasible > 0 ? `; ${u.infeasible} are infeasible.` : ".") + " The rest of this page shows the nominal values.";
}

const WHOLE = -1;  // in place of a layer: all of them

class Page {
  constructor(data) {
    this.data = data;
    this.layers = data.report.layers;
    this.timeline = new TimelineView(data, (i) => this.choose(i));
    const layers = this.layers.map((layer, index) => ({ ...layer, index }));
    tableRecords.set("layer-table", () => this.layers.map(flatRecord));
    this.table = new SortedTable("layer-table", layerColumns(data.report), layers, (i) => this.go(i));
    const options = this.layers.map((l, i) => element("option", { value: i }, `${i + 1}  ${l.name} (${seconds(l.latency_s)})`));
    byId("layer-select").replaceChildren(element("option", { value: WHOLE }, "all layers"), ...options);
    byId("layer-select").addEventListener("change", (event) => this.choose(Number(event.target.value)));
    byId("layer-previous").addEventListener("click", () => this.choose(this.chosen - 1));
    byId("layer-next").addEventListener("click", () => this.choose(this.chosen + 1));
    byId("network-timeline").addEventListener("click", () => this.showNetwork());
  }

  fill() {
    fillHeadline(this.data);
    fillTotals(this.data.report);
    byId("alone-note").textContent = this.data.npu_alone ? "Marks across the bars: the same layer where everything runs on the NPU." : "";
    this.drawCharts();
    fillGraph(this.data, (i) => this.go(i));
    fillMacros(this.data, (i) => this.go(i));
    fillMapping(this.data.report, (i) => this.go(i));
    fillRemarks(this.data.report);
    fillPlatform(this.data);
    const macros = this.data.report.mapping.macros_in_use > 0;
    legend("timeline-legend", [["npu", "NPU computes or holds the NoC"], ["npu", "NPU feature maps", true], ["weights", "NPU weights"],
      ...(macros ? [["cim", "macros compute or hold the NoC"], ["cim", "CIM feature maps", true]] : [])]);
    this.choose(this.longest());
  }

  drawCharts() {
    drawCharts(this.data, (i) => this.go(i));
    drawMemory(this.data.report, this.data.sram_bytes, (i) => this.go(i));
    fillSensitivity(this.data.uncertainty);
  }

  longest() {
    return this.layers.reduce((best, l, i) => (l.latency_s > this.layers[best].latency_s ? i : best), 0);
  }

  choose(index) {
    if (index === WHOLE) return this.showNetwork();
    this.chosen = Math.min(this.layers.length - 1, Math.max(0, index));
    byId("layer-select").value = this.chosen;
    byId("layer-previous").disabled = this.chosen === 0;
    byId("layer-next").disabled = this.chosen === this.layers.length - 1;
    byId("layer-facts").textContent = layerFacts(this.layers[this.chosen]);
    this.table.mark(this.chosen);
    this.timeline.show(this.chosen);
  }

  // All layers, one after another; the arrows begin at the first.
  showNetwork() {
    this.chosen = WHOLE;
    byId("layer-select").value = WHOLE;
    byId("layer-previous").disabled = true;
    byId("layer-next").disabled = false;
    const cascades = this.data.report.cascades?.length > 0 ? " Layers of a cascade, which alternate in stripes, are drawn one after another." : "";
    byId("layer-facts").textContent = `All ${this.layers.length} layers, ${seconds(this.data.report.totals.latency_s)}. Click a layer for its own timeline.${cascades}`;
    this.table.mark(WHOLE);
    this.timeline.showNetwork();
  }

  // From elsewhere on the page to the layer's timeline.
  go(index) {
    this.choose(index);
    byId("inside").scrollIntoView({ behavior: "smooth" });
  }
}

const page = new Page(JSON.parse(byId("data").textContent));
showPage(page.data.report.schema, () => page.fill(), () => page.drawCharts());
