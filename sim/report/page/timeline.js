// What each part does inside one layer, or in all: lanes of intervals as SVG, one path a lane.

const LANE_HEIGHT = 18, LANE_STEP = 23, TOP = 26, RIGHT = 14;
const SVG = "http://www.w3.org/2000/svg";

// Lanes of a type of device (`lanes`: of which, a type may use those of another), without the name of the device that begins theirs.
const LANE_NAMES = {
  npu: {
    mac: "MAC array", output: "output stage", dma_input: "DMA input", dma_weights: "DMA weights", dma_copy: "copies weights",
    dma_copied: "copied weights", dma_output: "DMA output", spill_read: "external reads", spill_write: "external writes",
  },
  cim: {
    compute: "macros", dma_input: "input", dma_output: "output", spill_read: "external reads", spill_write: "external writes",
  },
};

// "CIM"; a device that is not named after its type: "CIM other".
function deviceLabel(device) {
  const type = device.type.toUpperCase();
  return device.name === device.type ? type : `${type} ${device.name}`;
}

function laneName(id, devices) {
  const owner = devices.find((d) => id === `noc_${d.name}`);
  if (owner) return `NoC owned by ${deviceLabel(owner)}`;
  const device = devices.find((d) => id.startsWith(`${d.name}_`) && LANE_NAMES[d.lanes][id.slice(d.name.length + 1)]);
  return device ? `${deviceLabel(device)} ${LANE_NAMES[device.lanes][id.slice(device.name.length + 1)]}` : id;
}

function svg(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  if (text !== undefined) made.textContent = text;
  return made;
}

// Rows of an NPU: the lanes shown in each, with their colours.
function npuRows(group, lane) {
  return [
    { group, label: "MAC array", lanes: [lane("mac", "npu")] },
    { group, label: "output stage", lanes: [lane("output", "npu")] },
    { group, label: "DMA: input", lanes: [lane("dma_input", "npu", true)] },
    { group, label: "DMA: weights", lanes: [lane("dma_weights", "weights")] },
    { group, label: "DMA: copies", lanes: [lane("dma_copy", "weights"), lane("dma_copied", "weights", true)] },
    { group, label: "DMA: output", lanes: [lane("dma_output", "npu", true)] },
  ];
}

// `macro(m)`: the lane of one.
function macroRows(group, lane, inUse, macro) {
  if (inUse === 0) return [];
  const rows = [];
  for (let m = 0; m < inUse; ++m) {
    rows.push({ group, label: `macro ${m + 1}`, lanes: [{ ...lane("compute", "cim"), data: macro(m) }] });
  }
  rows.push({ group, label: "stream: input", lanes: [lane("dma_input", "cim", true)] });
  rows.push({ group, label: "stream: output", lanes: [lane("dma_output", "cim", true)] });
  return rows;
}

// What macro `m` of a device does, undefined for nothing. All that are busy in a layer do the same.
function macroLane(layer, device, i, m) {
  if (layer.parts) return joinedLane(layer.parts.map((p) => ({ begin: p.begin, lane: macroLane(p.layer, device, i, m) })));
  return m < layer.macros_busy[i] ? layer.lanes[`${device.name}_compute`] : undefined;
}

// Lanes behind each other, each moved to its layer's begin.
function joinedLane(pieces) {
  const there = pieces.filter((p) => p.lane !== undefined);
  if (there.length === 0) return undefined;
  return {
    recorded: sum(there.map((p) => p.lane.recorded)),
    closed_ps: largest(there.map((p) => p.lane.closed_ps)),
    intervals: there.flatMap((p) => p.lane.intervals.map(([begin, end, bytes]) => [begin + p.begin, end + p.begin, bytes])),
  };
}

// All layers as one: `parts` are the layers, with their begins.
function joinedLayers(layers) {
  let end = 0;
  const parts = layers.map((layer) => ({ layer, begin: (end += layer.duration_ps) - layer.duration_ps }));
  const ids = [...new Set(layers.flatMap((layer) => Object.keys(layer.lanes)))];
  const lanes = Object.fromEntries(ids.map((id) => [id, joinedLane(parts.map((p) => ({ begin: p.begin, lane: p.layer.lanes[id] })))]));
  return { duration_ps: end, parts, lanes };
}

// Rows of the picture, of every device and of what they share.
function timelineRows(layer, devices) {
  const lane = (id, colour, pale) => ({ id, colour, pale, data: layer.lanes[id] });
  const rows = devices.flatMap((device, i) => {
    const own = (id, colour, pale) => lane(`${device.name}_${id}`, colour, pale);
    return device.lanes === "npu" ? npuRows(deviceLabel(device), own)
      : macroRows(deviceLabel(device), own, device.macros_in_use, (m) => macroLane(layer, device, i, m));
  });
  rows.push({ group: "NoC", label: "ownership", lanes: devices.map((d) => lane(`noc_${d.name}`, d.lanes)) });
  const spills = [
    { group: "spill", label: "external: read", lanes: devices.map((d) => lane(`${d.name}_spill_read`, d.lanes, true)) },
    { group: "spill", label: "external: write", lanes: devices.map((d) => lane(`${d.name}_spill_write`, d.lanes)) },
  ];
  rows.push(...spills.filter((row) => row.lanes.some((l) => l.data !== undefined)));
  rows.forEach((row) => { row.lanes = row.lanes.filter((l) => l.data !== undefined); });
  return rows;
}

class TimelineView {
  constructor(data, choose) {
    this.layers = data.timelines.layers;
    this.names = data.report.layers.map((l) => l.name);
    this.choose = choose;
    this.limit = data.timelines.lane_limit;
    this.devices = data.devices;
    this.box = byId("timeline");
    byId("zoom-reset").addEventListener("click", () => this.zoom(0, this.layer.duration_ps));
    new ResizeObserver(() => { if (this.layer && this.box.clientWidth !== this.width) this.redraw(); }).observe(this.box);
  }

  show(index) {
    this.showLayer(this.layers[index]);
  }

  showNetwork() {
    if (this.network === undefined) this.network = joinedLayers(this.layers);
    this.showLayer(this.network);
  }

  showLayer(layer) {
    this.layer = layer;
    this.rows = timelineRows(this.layer, this.devices);
    this.note();
    this.zoom(0, this.layer.duration_ps);
  }

  zoom(from, to) {
    this.from = from;
    this.to = to;
    byId("zoom-reset").disabled = from === 0 && to === this.layer.duration_ps;
    this.redraw();
  }

  note() {
    const thinned = this.rows.flatMap((row) => row.lanes).filter((l) => l.data.recorded > l.data.intervals.length);
    const texts = new Set(thinned.map((l) =>
      `${laneName(l.id, this.devices)}: ${count(l.data.recorded)} drawn as ${count(l.data.intervals.length)}, gaps of up to ${quantity(l.data.closed_ps * 1e-12, "s", 3)} merged`));
    byId("timeline-note").textContent = texts.size === 0 ? ""
      : `To keep this page small, a lane shows at most ${count(this.limit)} intervals. ${[...texts].join("; ")}. The trace (--trace) has all of them.`;
  }

  x(time) {
    return this.gutter + ((time - this.from) / (this.to - this.from)) * (this.width - this.gutter - RIGHT);
  }
  time(x) {
    const t = this.from + ((x - this.gutter) / (this.width - this.gutter - RIGHT)) * (this.to - this.from);
    return Math.min(this.to, Math.max(this.from, t));
  }

  redraw() {
    this.width = Math.max(300, this.box.clientWidth);
    this.gutter = this.width < 560 ? 130 : 150;
    const groups = new Set(this.rows.map((r) => r.group)).size;
    const height = TOP + this.rows.length * LANE_STEP + (groups - 1) * 8 + 6;
    this.picture = svg("svg", { width: this.width, height, viewBox: `0 0 ${this.width} ${height}`, role: "img", "aria-label": this.layer.parts ? "timeline of the network" : "timeline of the layer" });
    this.drawAxis(height);
    this.drawLayers(height);
    let y = TOP, group = this.rows[0].group;
    for (const row of this.rows) {
      if (row.group !== group) y += 8;
      if (row.group !== group || row === this.rows[0]) this.picture.append(svg("text", { x: 0, y: y + 13, class: "group" }, row.group));
      group = row.group;
      row.y = y;
      this.drawRow(row);
      y += LANE_STEP;
    }
    this.cursor = svg("rect", { fill: "none", stroke: "var(--text)", "stroke-width": 1.5, visibility: "hidden" });
    this.selection = svg("rect", { y: TOP - 4, height: height - TOP, fill: "var(--accent)", opacity: 0.18, visibility: "hidden" });
    this.picture.append(this.cursor, this.selection);
    this.listen();
    this.box.replaceChildren(this.picture);
  }

  drawAxis(height) {
    const span = (this.to - this.from) * 1e-12;
    const { scale, unit } = scaleFor(this.to * 1e-12, "s");
    const raw = span / Math.max(3, Math.floor((this.width - this.gutter) / 110));
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= raw) / 1e-12;
    for (let n = Math.ceil(this.from / step); n * step <= this.to; ++n) {
      const x = this.x(n * step);
      this.picture.append(svg("line", { x1: x, x2: x, y1: TOP - 6, y2: height, stroke: "var(--grid)" }));
      const value = Number(((n * step * 1e-12) / scale).toPrecision(9));
      this.picture.append(svg("text", { x: Math.min(x, this.width - 34), y: 13, class: "axis", "text-anchor": n === 0 ? "start" : "middle" }, `${value.toLocaleString("en", { maximumFractionDigits: 6 })} ${unit}`));
    }
  }

  // Every other layer on a darker ground.
  drawLayers(height) {
    for (const { begin, layer } of (this.layer.parts || []).filter((_, i) => i % 2 === 1)) {
      if (begin > this.to || begin + layer.duration_ps < this.from) continue;
      const left = this.x(Math.max(begin, this.from)), right = this.x(Math.min(begin + layer.duration_ps, this.to));
      this.picture.append(svg("rect", { x: left, width: right - left, y: TOP - 4, height: height - TOP, fill: "var(--mark)" }));
    }
  }

  // Of a picture of all layers: the number of the layer at a time.
  layerAt(time) {
    return (this.layer.parts || []).findIndex(({ begin, layer }) => begin <= time && time < begin + layer.duration_ps);
  }

  drawRow(row) {
    this.picture.append(svg("text", { x: 36, y: row.y + 13 }, row.label));
    this.picture.append(svg("line", { x1: this.gutter, x2: this.width - RIGHT, y1: row.y + LANE_HEIGHT, y2: row.y + LANE_HEIGHT, stroke: "var(--line)" }));
    for (const lane of row.lanes) {
      this.picture.append(svg("path", { d: this.path(lane, row.y), fill: `var(--${lane.colour})`, opacity: lane.pale ? 0.55 : 1 }));
    }
  }

  // Rectangles at least half a pixel wide, those out of sight left out; what is nearer than a tenth
  // of a pixel is one.
  path(lane, y) {
    let d = "", open;
    const close = () => {
      if (open === undefined) return;
      const [left, right] = open, gap = right - left > 3 ? 0.5 : 0;  // lets neighbours stand apart
      d += `M${left.toFixed(2)} ${y}h${Math.max(0.5, right - left - gap).toFixed(2)}v${LANE_HEIGHT}H${left.toFixed(2)}z`;
    };
    for (const [begin, end] of lane.data.intervals) {
      if (end < this.from || begin > this.to) continue;
      const left = this.x(Math.max(begin, this.from)), right = this.x(Math.min(end, this.to));
      if (open !== undefined && right - left < 0.5 && left - open[1] < 0.1) {
        open[1] = Math.max(open[1], right);
        continue;
      }
      close();
      open = [left, right];
    }
    close();
    return d;
  }

  at(event) {
    const bounds = this.picture.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  }

  // The interval under the pointer; those thinner than two pixels count as two.
  hit(x, y) {
    const row = this.rows.find((r) => y >= r.y && y < r.y + LANE_STEP);
    if (row === undefined || x < this.gutter) return undefined;
    const time = this.time(x), slack = this.time(x + 2) - time;
    for (const lane of row.lanes) {
      const found = lane.data.intervals.find(([begin, end]) => begin - slack <= time && time <= end + slack);
      if (found !== undefined) return { row, lane, interval: found };
    }
    return undefined;
  }

  hover(event) {
    const { x, y } = this.at(event);
    const found = this.hit(x, y);
    this.cursor.setAttribute("visibility", found ? "visible" : "hidden");
    if (!found) return hideTooltip();
    const { row, lane, interval: [begin, end, bytes] } = found;
    const left = Math.max(this.gutter, this.x(begin)), right = Math.min(this.width - RIGHT, this.x(end));
    Object.entries({ x: left, y: row.y, width: Math.max(1, right - left), height: LANE_HEIGHT })
      .forEach(([name, value]) => this.cursor.setAttribute(name, value));
    const owner = row.group === "NoC" ? ` of ${PARTS[lane.colour].name}` : "";
    const at = (ps) => quantity(ps * 1e-12, "s", 6);
    const lines = [`${row.group} · ${row.label}${owner}`, `${at(begin)} to ${at(end)}`, `lasts ${at(end - begin)}`];
    const layer = this.layerAt(begin);
    if (layer >= 0) lines.unshift(`${layer + 1}  ${this.names[layer]}`);
    if (bytes > 0) lines.push(`${count(bytes)} B, ${quantity(bytes / ((end - begin) * 1e-12), "B/s", 3)}`);
    showTooltip(lines.join("\n"), event.clientX, event.clientY);
  }

  listen() {
    let start;
    const select = (event) => {
      const x = Math.min(this.width - RIGHT, Math.max(this.gutter, this.at(event).x));
      this.selection.setAttribute("x", Math.min(start, x));
      this.selection.setAttribute("width", Math.abs(x - start));
      this.selection.setAttribute("visibility", "visible");
    };
    this.picture.addEventListener("pointerdown", (event) => {
      start = Math.max(this.gutter, this.at(event).x);
      this.picture.setPointerCapture(event.pointerId);
      hideTooltip();
    });
    this.picture.addEventListener("pointermove", (event) => (start === undefined ? this.hover(event) : select(event)));
    this.picture.addEventListener("pointerup", (event) => {
      const end = this.at(event).x, begin = start;
      start = undefined;
      if (Math.abs(end - begin) > 6) return this.zoom(...[this.time(begin), this.time(end)].sort((a, b) => a - b));
      const layer = this.layerAt(this.time(end));
      if (layer >= 0 && end > this.gutter) this.choose(layer);
    });
    this.picture.addEventListener("pointerleave", () => {
      hideTooltip();
      this.cursor.setAttribute("visibility", "hidden");
    });
  }
}
