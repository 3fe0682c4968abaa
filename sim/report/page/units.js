// Numbers as text, colours, and elements made without parsing any name as HTML.

const PREFIXES = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"],
                  [1e-6, "µ"], [1e-9, "n"], [1e-12, "p"]];

// The prefix in which `value` reads best: {scale, unit}.
function scaleFor(value, unit) {
  const found = PREFIXES.find(([scale]) => Math.abs(value) >= scale * 0.9999);
  const [scale, prefix] = value === 0 ? [1, ""] : found || PREFIXES[PREFIXES.length - 1];
  return { scale, unit: prefix + unit };
}

// `least`: of the decimals, so many stay even as zeros.
function digits(value, significant = 4, least = 0) {
  if (value === 0) return "0";
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value))));
  const most = Math.min(decimals, 12);
  return value.toLocaleString("en", { minimumFractionDigits: Math.min(least, most), maximumFractionDigits: most });
}

// A number does not part from its unit at the end of a line.
const SPACE = "\u00a0";

function quantity(value, unit, significant = 4, least = 0) {
  const { scale, unit: prefixed } = scaleFor(value, unit);
  return `${digits(value / scale, significant, least)}${SPACE}${prefixed}`;
}

// What was simulated keeps its four figures.
const figure = (value, unit) => quantity(value, unit, 4, 3);
const seconds = (s) => figure(s, "s");
const percent = (part, whole) => `${(whole > 0 ? (100 * part) / whole : 0).toFixed(1)}${SPACE}%`;
const count = (n) => n.toLocaleString("en");
const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
const sum = (values) => values.reduce((a, b) => a + b, 0);
// Math.max(...values) fails for some hundred thousand values.
const largest = (values, least = -Infinity) => values.reduce((a, b) => Math.max(a, b), least);
const smallest = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);

// Names of networks as a page shows them: files without their folders, where that tells them apart.
function shortNames(names) {
  const short = names.map((name) => name.replace(/^[^#{]*\//, ""));
  return new Map(names.map((name, i) => [name, short.indexOf(short[i]) === short.lastIndexOf(short[i]) ? short[i] : name]));
}

// One colour for one part, everywhere.
const PARTS = {
  npu: { name: "NPU", colour: "npu" },
  cim: { name: "CIM macros", colour: "cim" },
  noc: { name: "NoC", colour: "noc" },
  weights: { name: "weight memory", colour: "weights" },
  memory: { name: "SRAM or external memory", colour: "memory" },
  sram: { name: "SRAM", colour: "memory" },
  backing: { name: "external memory", colour: "none" },
  leakage: { name: "leakage", colour: "leakage" },
  none: { name: "none", colour: "none" },
};
const BOUNDS = ["npu", "cim", "noc", "weights", "memory", "none"];

function part(id) {
  return PARTS[id] || { name: id, colour: "none" };
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
const partColour = (id) => cssColour(part(id).colour);

const byId = (id) => document.getElementById(id);

// An element with attributes and children; strings become text.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") Object.entries(value).forEach(([event, act]) => made.addEventListener(event, act));
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function swatch(colour, pale = false) {
  return element("span", { class: pale ? "swatch pale" : "swatch", style: `background:var(--${colour})` });
}

function legend(target, entries) {
  byId(target).replaceChildren(...entries.map(([colour, text, pale]) => element("li", {}, swatch(colour, pale), text)));
}

function showTooltip(text, x, y) {
  const box = byId("tooltip");
  box.textContent = text;
  box.hidden = false;
  const left = x + 14 + box.offsetWidth > window.innerWidth ? x - 14 - box.offsetWidth : x + 14;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${Math.min(y + 14, window.innerHeight - box.offsetHeight - 4)}px`;
}
function hideTooltip() {
  byId("tooltip").hidden = true;
}
