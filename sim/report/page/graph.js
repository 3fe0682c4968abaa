// The network as a graph, from the top down: a box for each layer, with its devices and its
// bottleneck as colours.

const BOX = { width: 196, height: 38, gap: 24, stepY: 58, margin: 26, lane: 7, mostLanes: 16 };

// Rows of the nodes: one below all that they read; inputs and operators of the host as low as they
// can be.
function nodeRows(nodes, edges) {
  const rows = new Array(nodes.length).fill(0);
  edges.forEach(([from, to]) => { rows[to] = Math.max(rows[to], rows[from] + 1); });
  const first = new Array(nodes.length).fill(Infinity);
  edges.forEach(([from, to]) => { first[from] = Math.min(first[from], rows[to]); });
  const isSource = (i) => nodes[i].kind === "input" || (nodes[i].kind === "host" && !edges.some(([, to]) => to === i));
  nodes.forEach((node, i) => { if (isSource(i) && first[i] < Infinity) rows[i] = Math.max(0, first[i] - 1); });
  return rows;
}

// The free place of a row that is nearest to the wanted one.
function freeColumn(taken, wanted) {
  for (let away = 0; ; ++away) {
    if (!taken.has(wanted + away)) return wanted + away;
    if (wanted >= away && !taken.has(wanted - away)) return wanted - away;
  }
}

// A chain stays in its column; branches go to the right of it.
function nodeColumns(nodes, edges, rows) {
  const sources = nodes.map(() => []);
  edges.forEach(([from, to]) => sources[to].push(from));
  const columns = [], taken = new Map();
  const order = nodes.map((_, i) => i).sort((a, b) => rows[a] - rows[b] || a - b);
  order.forEach((i) => {
    if (!taken.has(rows[i])) taken.set(rows[i], new Set());
    const wanted = sources[i].length === 0 ? 0 : smallest(sources[i].map((s) => columns[s] ?? 0));
    columns[i] = freeColumn(taken.get(rows[i]), wanted);
    taken.get(rows[i]).add(columns[i]);
  });
  return columns;
}

// Edges that pass rows do so beside a column, each in the first lane that is free there; of others
// undefined.
function edgeLanes(edges, rows, columns) {
  const lanes = new Array(edges.length), taken = [];
  const passing = edges.map(([from, to], i) => ({ i, column: Math.max(columns[from], columns[to]), from: rows[from], to: rows[to] }))
    .filter((e) => e.to - e.from > 1).sort((a, b) => (a.to - a.from) - (b.to - b.from) || a.i - b.i);
  passing.forEach((e) => {
    const others = taken.filter((o) => o.column === e.column && o.from < e.to && e.from < o.to).map((o) => o.lane);
    let lane = 0;
    while (others.includes(lane) && lane + 1 < BOX.mostLanes) ++lane;
    lanes[e.i] = lane;
    taken.push({ ...e, lane });
  });
  return lanes;
}

function edgePath(a, b, lane) {
  const x1 = a.x + BOX.width / 2, x2 = b.x + BOX.width / 2, y1 = a.y + BOX.height, y2 = b.y;
  if (lane === undefined) return `M${x1} ${y1}C${x1} ${y1 + 12} ${x2} ${y2 - 12} ${x2} ${y2}`;
  const side = Math.max(a.x, b.x) + BOX.width + BOX.gap / 2 + lane * BOX.lane;
  return `M${x1} ${y1}C${x1} ${y1 + 14} ${side} ${y1} ${side} ${y1 + 24}V${y2 - 24}C${side} ${y2} ${x2} ${y2 - 14} ${x2} ${y2}`;
}

const shortText = (text, most) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

class NetworkGraph {
  constructor(data, choose) {
    this.layers = data.report.layers;
    this.devices = data.devices;
    this.choose = choose;
    const { nodes, edges } = data.graph;
    const rows = nodeRows(nodes, edges), columns = nodeColumns(nodes, edges, rows);
    const lanes = edgeLanes(edges, rows, columns), used = 1 + largest(lanes.filter((l) => l !== undefined), 0);
    const stepX = BOX.width + BOX.gap + used * BOX.lane;
    this.places = nodes.map((_, i) => ({ x: BOX.margin + columns[i] * stepX, y: 8 + rows[i] * BOX.stepY }));
    const width = (largest(columns, 0) + 1) * stepX + 2 * BOX.margin, height = (largest(rows, 0) + 1) * BOX.stepY;
    const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "graph of the network" });
    picture.append(...edges.map(([from, to], i) => svg("path", { class: "edge", d: edgePath(this.places[from], this.places[to], lanes[i]) })));
    picture.append(...nodes.map((node, i) => this.box(node, this.places[i])));
    byId("network-graph").replaceChildren(picture);
  }

  // Colours of a layer's output channels, with the share of each.
  shares(layer) {
    const channels = this.devices.map((d) => layer[`${d.name}_channels`]), all = sum(channels);
    return this.devices.map((d, i) => [part(d.lanes).colour, channels[i] / all]).filter(([, share]) => share > 0);
  }

  box(node, { x, y }) {
    const group = svg("g", { class: `node ${node.kind}`, transform: `translate(${x} ${y})` });
    const texts = (first, second) => [svg("text", { x: 12, y: 16 }, first), svg("text", { class: "axis", x: 12, y: 31 }, second)];
    group.append(svg("rect", { class: "frame", width: BOX.width, height: BOX.height, rx: 4 }));
    if (node.kind !== "layer") {
      const about = node.kind === "host" ? "on the host, not costed" : `${node.kind} ${node.shape}`;
      group.append(...texts(shortText(node.name, 28), about));
      this.hover(group, node.kind === "host" ? `${node.name}: ${node.reason}` : `${node.name}, ${about}`);
      return group;
    }
    const layer = this.layers[node.layer];
    let left = 0;
    this.shares(layer).forEach(([colour, share]) => {
      group.append(svg("rect", { class: "device", x: left, width: share * BOX.width, height: BOX.height, rx: 4, fill: `var(--${colour})` }));
      left += share * BOX.width;
    });
    group.append(svg("rect", { width: 6, height: BOX.height, rx: 2, fill: `var(--${part(layer.bound_by).colour})` }));
    group.append(...texts(shortText(`${node.layer + 1}  ${layer.name}`, 28), shortText(`${layer.op} ${layer.output}`, 32)));
    group.addEventListener("click", () => this.choose(node.layer));
    this.hover(group, `${node.layer + 1}  ${layer.name}\n${layerFacts(layer)}`);
    return group;
  }

  hover(group, text) {
    group.addEventListener("pointermove", (event) => showTooltip(text, event.clientX, event.clientY));
    group.addEventListener("pointerleave", hideTooltip);
  }
}

function fillGraph(data, choose) {
  const view = new NetworkGraph(data, choose);
  const used = new Set(data.report.layers.flatMap((l) => view.shares(l).map(([colour]) => colour)));
  const bounds = BOUNDS.filter((b) => data.report.layers.some((l) => l.bound_by === b));
  legend("graph-legend", [
    ...[["npu", "NPU channels"], ["cim", "CIM channels"]].filter(([c]) => used.has(c)).map(([c, text]) => [c, text, true]),
    ...bounds.map((b) => [part(b).colour, `left edge: bound by ${part(b).name}`])]);
}

// Layers that run in row stripes, and what that saves.
function cascadesText(cascades) {
  const each = cascades.map((c) => `${c.first} to ${c.last} in ${c.stripes} stripes of ${c.rows} ${c.rows === 1 ? "row" : "rows"} (${quantity(c.activation_bytes, "B")} in place of ${quantity(c.whole_activation_bytes, "B")})`);
  return each.length === 0 ? "" : ` Cascades: ${each.join("; ")}.`;
}

// Activation memory over the layers.
function drawMemory(report, sramBytes, choose) {
  const layers = report.layers, state = report.network.state_bytes;
  const { scale, unit } = scaleFor(Math.max(...layers.map((l) => l.activation_bytes)), "B");
  const datasets = [
    ["state between inferences", "leakage", layers.map(() => state / scale)],
    ["activations in the SRAM", "memory", layers.map((l) => (l.sram_bytes - state) / scale)],
    ["activations in external memory", "none", layers.map((l) => Math.max(0, l.activation_bytes - l.sram_bytes) / scale)],
  ].filter(([, , values]) => values.some((v) => v > 0)).map(([name, colour, values]) => bars(name, cssColour(colour), values));
  const peak = Math.max(...layers.map((l) => l.activation_bytes));
  // An SRAM much larger than what is in it would flatten the bars.
  if (sramBytes <= 4 * peak) {
    datasets.push({ type: "line", label: `SRAM size ${quantity(sramBytes, "B")}`, data: layers.map(() => sramBytes / scale),
      borderColor: cssColour("text"), borderWidth: 1, borderDash: [5, 4], pointRadius: 0, pointHitRadius: 0, pointStyle: "line" });
  }
  const label = (item) => `${item.dataset.label}: ${digits(item.raw)} ${unit}`;
  stackedBars("memory-chart", layerAxis(layers), datasets, `alive (${unit})`, label, choose);
  byId("memory-note").textContent = `The SRAM has ${quantity(sramBytes, "B")}; activations peak in layer ${1 + layers.findIndex((l) => l.activation_bytes === peak)}: ${quantity(peak, "B")}.${cascadesText(report.cascades ?? [])}`;
}

// What the macros of each device hold, a piece for each layer.
function fillMacros(data, choose) {
  const devices = data.devices.filter((d) => d.capacity_bytes > 0);
  byId("macro-fill").hidden = devices.length === 0;
  byId("macro-bars").replaceChildren(...devices.flatMap((device) => {
    const most = Math.max(device.capacity_bytes, device.macro_bytes), layers = data.report.layers;
    const pieces = layers.map((l, i) => ({ i, layer: l, bytes: l[`${device.name}_macro_bytes`] })).filter((p) => p.bytes > 0);
    const bar = element("div", { class: "fill" }, ...pieces.map(({ i, layer, bytes }, n) => element("i", {
      class: n % 2 === 0 ? "" : "pale", style: `width:${(100 * bytes) / most}%;background:var(--cim)`,
      title: `${i + 1}  ${layer.name}: ${quantity(bytes, "B")}`, on: { click: () => choose(i) } })));
    const padding = device.macro_bytes - device.weight_bytes;
    const text = `${deviceLabel(device)}: ${quantity(device.macro_bytes, "B")} of ${quantity(device.capacity_bytes, "B")} used ` +
      `(${percent(device.macro_bytes, device.capacity_bytes)}), by ${plural(pieces.length, "layer")}; ${percent(padding, device.macro_bytes)} of that is padding`;
    return [element("p", { class: "facts" }, text), bar];
  }));
}
