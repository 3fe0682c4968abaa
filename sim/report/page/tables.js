// Everything that is a table or a list.

// A row of a totals table: name, value, share, bar.
function totalRow(colour, name, value, share) {
  return element("tr", {},
    element("td", {}, swatch(colour), name),
    element("td", { class: "number" }, value),
    element("td", { class: "number" }, percent(share, 1)),
    element("td", { class: "bar" }, element("i", { style: `width:${(100 * share).toFixed(2)}%;background:var(--${colour})` })));
}

function fillTotals(report) {
  const time = report.totals.latency_s, energy = report.totals.energy_j;
  const bounds = BOUNDS.map((b) => [b, sum(report.layers.filter((l) => l.bound_by === b).map((l) => l.latency_s))]);
  byId("bound-totals").replaceChildren(...bounds.filter(([, t]) => t > 0).sort((a, b) => b[1] - a[1])
    .map(([b, t]) => totalRow(part(b).colour, part(b).name, seconds(t), t / time)));
  const parts = Object.entries(report.energy_j).filter(([, j]) => j > 0).sort((a, b) => b[1] - a[1]);
  byId("energy-totals").replaceChildren(...parts.map(([p, j]) => totalRow(part(p).colour, part(p).name, figure(j, "J"), j / energy)));
  const busy = [["npu", "npu_busy_s"], ["cim", "cim_busy_s"], ["noc", "noc_busy_s"]]
    .map(([p, key]) => [p, sum(report.layers.map((l) => l[key]))]).filter(([, t]) => t > 0);
  fillArea(report.area_mm2, report.totals.area_mm2);
  byId("busy-totals").replaceChildren(...busy.map(([p, t]) => totalRow(part(p).colour, part(p).name, seconds(t), t / time)));
}

// Shares are of the total, where that is known, else of what is known.
function fillArea(parts, total) {
  const known = Object.entries(parts).filter(([, v]) => v !== null && v > 0).sort((a, b) => b[1] - a[1]);
  const unknown = Object.keys(parts).filter((p) => parts[p] === null).map((p) => part(p).name), all = sum(known.map(([, v]) => v));
  byId("area-totals").replaceChildren(...known.map(([p, v]) => totalRow(part(p).colour, part(p).name, `${digits(v)}${SPACE}mm²`, v / all)));
  byId("area-note").textContent = unknown.length === 0 ? `Total: ${digits(total)} mm².`
    : `Unknown, so that there is no total: ${unknown.join(", ")}.${known.length > 0 ? " Shares are of the known parts." : ""}`;
}

// A long name keeps its end, in which names of one network differ; a short one its beginning.
function splitName(name) {
  const from = name.length > 24 ? name.length - 10 : name.length;
  return [element("span", { class: "head" }, name.slice(0, from)), element("span", { class: "tail" }, name.slice(from))];
}

function mappingBar(layer, index, choose) {
  const all = layer.npu_channels + layer.cim_channels;
  const piece = (colour, channels) => element("i", { style: `width:${(100 * channels) / all}%;background:var(--${colour})` });
  const channels = layer.cim_channels === 0 ? `${layer.npu_channels}`
    : `${layer.npu_channels} | ${layer.cim_channels}`;
  return element("li", { title: `${layer.name}: ${layer.npu_channels} channels on the NPU, ${layer.cim_channels} on the macros`, on: { click: () => choose(index) } },
    element("span", { class: "index" }, `${index + 1}`), element("span", { class: "label" }, ...splitName(layer.name)),
    element("span", { class: "share" }, piece("npu", layer.npu_channels), piece("cim", layer.cim_channels)),
    element("span", { class: "channels" }, channels));
}

// What a mapping file pins, and what auto finds without it; "" where there is none.
function pinnedText(mapping, layers) {
  if (!mapping.file) return "";
  const pinned = mapping.pinned_layers;
  const names = pinned.length === layers ? "" : pinned.length > 0 ? ` (${pinned.join(", ")})` : "";
  const more = [[mapping.pinned_macros_in_use, "macro"], [mapping.pinned_units_in_use, "unit"]]
    .filter(([n]) => n !== null).map(([n, what]) => `, ${plural(n, what)} in use`).join("");
  const unpinned = mapping.unpinned === null ? "finds no mapping within the limit"
    : `would take ${seconds(mapping.unpinned.latency_s)} and ${figure(mapping.unpinned.energy_j, "J")}`;
  return ` ${mapping.file} pins ${pinned.length} of ${plural(layers, "layer")}${names}${more}; unpinned auto ${unpinned}.`;
}

function fillMapping(report, choose) {
  const { kind, macros_in_use: macros, units_in_use: units } = report.mapping;
  const whole = report.layers.filter((l) => l.cim_channels > 0 && l.npu_channels === 0).length;
  const split = report.layers.filter((l) => l.cim_channels > 0 && l.npu_channels > 0).length;
  const macs = sum(report.layers.map((l) => l.macs * (1 - l.npu_share)));
  byId("mapping-lead").textContent = macros === 0
    ? `Mapping ${kind}: everything runs on the NPU, no macros are in use.`
    : `Mapping ${kind}, ${plural(macros, "macro")} with ${plural(units, "compute unit")} each in use. Layers: ${whole} on the macros, ${split} split by output channels, ${report.layers.length - whole - split} on the NPU. The macros execute ${percent(macs, report.network.macs)} of the MACs. The numbers beside the bars are output channels.`;
  byId("mapping-lead").append(pinnedText(report.mapping, report.layers.length));
  legend("mapping-legend", [["npu", "NPU channels"], ...(macros > 0 ? [["cim", "CIM channels"]] : [])]);
  byId("mapping-bars").replaceChildren(...report.layers.map((l, i) => mappingBar(l, i, choose)));
}

// Columns of the layer table: heading, unit, value to sort by, text, class, colour of a swatch.
function layerColumns(report) {
  const time = report.totals.latency_s;
  const fixed = (scale, decimals) => (v) => (v / scale).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const share = (v) => (100 * v).toFixed(1);
  const text = (v) => v;
  return [
    ["#", "", (l) => l.index + 1, text, "number"],
    ["layer", "", (l) => l.name, text, "name"],
    ["op", "", (l) => l.op, text, "tight"],
    ["output", "H×W×C", (l) => l.output, text, "tight"],
    ["MACs", "M", (l) => l.macs, fixed(1e6, 3), "number"],
    ["on NPU", "%", (l) => l.npu_share, share, "number"],
    ["time", "µs", (l) => l.latency_s, fixed(1e-6, 2), "number"],
    ["time", "%", (l) => l.latency_s / time, share, "number"],
    ["cycles", "", (l) => l.cycles, count, "number"],
    ["energy", "µJ", (l) => l.energy_j, fixed(1e-6, 3), "number"],
    ["NoC", "kB", (l) => l.noc_bytes, fixed(1e3, 1), "number"],
    ...(report.layers.some((l) => l.source === "measured") ? [["time source", "", (l) => l.source, text, "tight"]] : []),
    ["bound by", "", (l) => l.bound_by, text, "tight", (l) => part(l.bound_by).colour],
    ["NPU", "busy %", (l) => l.npu_busy_s / l.latency_s, share, "number"],
    ["CIM", "busy %", (l) => l.cim_busy_s / l.latency_s, share, "number"],
    ["NoC", "busy %", (l) => l.noc_busy_s / l.latency_s, share, "number"],
  ];
}

// A table that a click on a heading sorts, by columns as of the layer table. What has no value
// (null) stands last. `more.note(item)` may be a text that stands in place of a row's figures,
// which begin with the column `more.figures`.
class SortedTable {
  constructor(target, columns, items, choose, more = {}) {
    this.columns = columns;
    this.more = { largestFirst: true, ...more };
    this.rows = items.map((item, index) => this.row(item, index, choose));
    const headings = columns.map(([title, unit, , , kind], c) =>
      element("th", { class: kind, scope: "col" },
        element("button", { type: "button", on: { click: () => this.sort(c) } }, title, element("span", { class: "unit" }, unit))));
    this.head = element("tr", {}, ...headings);
    this.body = element("tbody", {});
    byId(target).replaceChildren(element("thead", {}, this.head), this.body);
    this.sort(0);
  }

  row(item, index, choose) {
    const note = this.more.note ? this.more.note(item) : null;
    const own = note === null ? this.columns : this.columns.slice(0, this.more.figures);
    const cells = own.map(([, , value, text, kind, colour]) => {
      const cell = element("td", { class: kind }, value(item) === null ? "–" : `${text(value(item), item)}`);
      if (colour) cell.prepend(swatch(colour(item)));
      return cell;
    });
    if (note !== null) cells.push(element("td", { class: "instead", colspan: this.columns.length - own.length }, note));
    return { item, index, element: element("tr", { on: { click: () => choose(index) } }, ...cells) };
  }

  sort(column) {
    const [, , value, , kind] = this.columns[column];
    const first = this.more.largestFirst && kind === "number" && column !== 0 ? -1 : 1;
    this.direction = this.sorted === column ? -this.direction : first;
    this.sorted = column;
    this.rows.sort((a, b) => this.order(value(a.item), value(b.item)) || a.index - b.index);
    [...this.head.children].forEach((th, c) =>
      th.setAttribute("aria-sort", c !== column ? "none" : this.direction > 0 ? "ascending" : "descending"));
    this.body.replaceChildren(...this.rows.map((r) => r.element));
  }

  order(a, b) {
    if (a === null || b === null) return (a === null) - (b === null);
    return this.direction * (a < b ? -1 : a > b ? 1 : 0);
  }

  mark(index) {
    this.rows.forEach((r) => r.element.classList.toggle("chosen", r.index === index));
  }

  // Shows the items that `keep` keeps; how many those are.
  filter(keep) {
    this.rows.forEach((r) => { r.element.hidden = !keep(r.item); });
    return this.rows.filter((r) => !r.element.hidden).length;
  }
}

function tile(title, value, detail) {
  return element("div", { class: "tile" }, element("dt", {}, title),
    element("dd", {}, element("div", { class: "value" }, value), element("div", { class: "detail" }, detail)));
}

function plainTable(target, headings, rows) {
  const head = element("tr", {}, ...headings.map((h) => element("th", { scope: "col" }, h)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((c, i) =>
    element("td", { class: headings[i] === "source" ? "wide" : "tight" }, c))));
  byId(target).replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
}

function fillPlatform(data) {
  const open = data.platform.filter((s) => s.range !== "" || /assum/i.test(s.source));
  byId("assumptions-lead").textContent = `${open.length} of ${data.platform.length} values are assumptions or have a range; results depend on them.`;
  plainTable("assumptions", ["key", "value", "range", "source"], open.map((s) => [s.key, s.value, s.range, s.source]));
  const { name, hash } = data.report.platform;
  byId("platform-lead").textContent = `${name}, hash ${hash}: every key with its value, source and location (file:line).`;
  plainTable("platform-table", ["key", "value", "range", "source", "location"],
    data.platform.map((s) => [s.key, s.value, s.range, s.source || "no source given", s.place]));
}

function fillRemarks(report) {
  const refused = report.unsupported.map((u) => `operator ${u.index} (${u.op}) is not costed: ${u.reason}`);
  byId("remarks").replaceChildren(...[...report.remarks, ...refused].map((r) => element("li", {}, r)));
}
