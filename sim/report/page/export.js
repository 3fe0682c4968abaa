// What a reader takes from a page: tables as CSV, pictures as PNG, commands to the clipboard. Files
// are made in the browser.

// A text that a spreadsheet would take for a formula gets an apostrophe in front, as in h4h's files.
function csvField(value) {
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  const text = /^[=+\-@\t]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvText(records) {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const text = (value) => csvField(value ?? "");
  return [columns, ...records.map((record) => columns.map((c) => record[c]))].map((row) => `${row.map(text).join(",")}\n`).join("");
}

// An object of a JSON document as a row of numbers and text, with the names that h4h's CSV has:
// {"energy_parts_j": {"npu": 1}} is energy_npu_j.
function flatRecord(object) {
  const fields = Object.entries(object).flatMap(([key, value]) => {
    if (value === null || typeof value !== "object") return [[key, value]];
    if (key === "genotype") return [[key, JSON.stringify(value)]];
    return key === "energy_parts_j" ? Object.entries(value).map(([name, v]) => [`energy_${name}_j`, v]) : [];
  });
  return Object.fromEntries(fields);
}

// What CSV of a table holds in place of its cells: values in SI units, by the table's id.
const tableRecords = new Map();

function cellRecords(table) {
  const texts = (row) => [...row.children].map((cell) => cell.textContent.replaceAll(SPACE, " "));
  const [headings, ...rows] = [...table.querySelectorAll("tr")].map(texts);
  return rows.map((row) => Object.fromEntries(row.map((text, i) => [headings[i] || `${i + 1}`, text])));
}

const recordsOf = (table) => (tableRecords.has(table.id) ? tableRecords.get(table.id)() : cellRecords(table));

function chartRecords(chart) {
  const { x, y } = chart.options.scales, names = [x, y].map((scale) => scale.title.text || "value");
  const record = (set, value, i) => {
    const at = value !== null && typeof value === "object" && !Array.isArray(value) ? [value.x, value.y] : [chart.data.labels[i], value];
    return { series: set.label, [names[0]]: [at[0]].flat().join(" "), [names[1]]: [at[1]].flat().join(" .. ") };
  };
  return chart.data.datasets.flatMap((set) => set.data.map((value, i) => record(set, value, i)));
}

function download(name, address) {
  const link = element("a", { download: name });
  link.href = address;
  link.click();
}

function downloadText(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  download(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

const fileName = (id, ending) => `${document.title.replace(/[^\w.-]+/g, "-")}-${id}.${ending}`;

// On the panel's colour: a picture is transparent.
function pngOf(picture, width, height) {
  const canvas = element("canvas", { width, height }), context = canvas.getContext("2d");
  context.fillStyle = cssColour("panel");
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return canvas.toDataURL("image/png");
}

const SVG_STYLE = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font", "text-anchor", "visibility"];

// An SVG by itself: styles of the page's sheet stand in its elements.
function svgText(picture) {
  const copy = picture.cloneNode(true), { width, height } = picture.viewBox.baseVal;
  const from = [picture, ...picture.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((shape, i) => {
    const style = getComputedStyle(shape);
    to[i].setAttribute("style", SVG_STYLE.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  });
  Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height }).forEach(([name, value]) => copy.setAttribute(name, value));
  return new XMLSerializer().serializeToString(copy);
}

// Calls `done` with the address of the PNG.
function svgPng(picture, done) {
  const { width, height } = picture.viewBox.baseVal, image = new Image();
  // Browsers draw on canvases of up to 16384 pixels a side.
  const scale = Math.min(2, 16000 / Math.max(width, height));
  image.addEventListener("load", () => done(pngOf(image, Math.round(width * scale), Math.round(height * scale))));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(picture))}`;
}

const tool = (text, title, click) => element("button", { type: "button", class: "tool", title, on: { click } }, text);

// Buttons of the figure around a canvas, once.
function addChartTools(canvas) {
  const figure = canvas.closest("figure");
  if (figure === null || figure.querySelector(".tools") !== null) return;
  figure.append(element("span", { class: "tools" },
    tool("CSV", "save the chart's values", () => downloadText(fileName(canvas.id, "csv"), csvText(chartRecords(Chart.getChart(canvas))))),
    tool("PNG", "save the chart as a picture", () => download(fileName(canvas.id, "png"), pngOf(canvas, canvas.width, canvas.height)))));
}

// Of every table of data, and of pictures that are not charts.
function addTools() {
  document.querySelectorAll(".scroll table.data").forEach((table) => {
    table.parentElement.before(element("p", { class: "tools above" },
      tool("CSV", "save the table", () => downloadText(fileName(table.id, "csv"), csvText(recordsOf(table))))));
  });
  document.querySelectorAll(".picture").forEach((box) => {
    box.before(element("p", { class: "tools above" },
      tool("PNG", "save as a picture", () => svgPng(box.querySelector("svg"), (address) => download(fileName(box.id, "png"), address)))));
  });
}

// Pages in files may lack the newer way.
function copyText(text) {
  const old = () => {
    const area = element("textarea", { class: "hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(text).catch(old);
  else old();
}

// Lines end between words; options would part behind their hyphens.
const wholeWords = (text) => text.split(" ").flatMap((word, i) => [...(i > 0 ? [" "] : []), element("span", {}, word)]);

// A text to copy, with its button.
function copyLine(label, text) {
  const button = tool("copy", "copy to the clipboard", () => {
    copyText(text);
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
  return element("p", { class: "copy" }, element("span", { class: "hint" }, label), button, element("code", {}, ...wholeWords(text)));
}

// As one word of a POSIX shell.
const shellWord = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
