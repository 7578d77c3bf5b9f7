// The page of calculators. Values are kept as numbers in the unit of their symbol, and
// go to the functions in base units. What is typed and not understood is kept as text.
const data = JSON.parse(document.getElementById("data").textContent);
const entries = data.entries;
const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
const states = new Map();
const main = document.getElementById("main");
const side = document.querySelector(".side");
const toast = document.querySelector(".toast");
const KINDS = [["", "All"], ["formula", "Formulas"], ["calculator", "Calculators"], ["cost model", "Cost models"]];
const SIGNS = { formula: "ƒ", calculator: "⊞", "cost model": "$" };
const DASHES = ["", "7 4", "2 4", "10 4 2 4"];

// ---------------------------------------------------------------- elements

function element(name, properties, ...children) {
  const svg = ["svg", "path", "line", "g", "text", "circle", "rect", "title", "desc", "polyline"].includes(name);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "html") node.innerHTML = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function say(text) {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => toast.classList.remove("shown"), 2200);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element("textarea", { class: "hidden", readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (!copied) { say("The browser did not let this page copy"); return; }
  }
  say(what + " copied");
}

// ---------------------------------------------------------------- state

function defaults(entry) {
  return entry.inputs.map((input) => {
    const values = input.kind === "choice" ? input.default.map((value) => placeOf(input, value)) : [...input.default];
    return input.list ? values : values[0];
  });
}

function placeOf(input, value) {
  return Math.max(data.choices[input.quantity].findIndex(([, number]) => number === value), 0);
}

function fresh(entry) {
  const { along, lines } = usualCurve(entry);
  return { values: defaults(entry), texts: {}, along, lines };
}

function stateOf(entry) {
  if (!states.has(entry.id)) states.set(entry.id, fresh(entry));
  return states.get(entry.id);
}

function plottedInputs(entry) {
  return entry.inputs.filter((input) => !input.list && input.kind !== "choice");
}

function plottedAnswers(entry) {
  const numbers = entry.answers.filter((answer) => !answer.words.length && answer.quantity !== "bool");
  const roles = ["total", "result", "step"];
  return [...numbers].sort((one, other) => roles.indexOf(one.role) - roles.indexOf(other.role));
}

// The curve that an entry is shown with: its own plot, or else the first answer that
// changes along an input.
const usualCurves = new Map();
function usualCurve(entry) {
  if (!usualCurves.has(entry.id)) usualCurves.set(entry.id, findCurve(entry));
  return usualCurves.get(entry.id);
}

function findCurve(entry) {
  const inputs = plottedInputs(entry);
  const answers = plottedAnswers(entry);
  if (entry.plot) return { along: entry.plot.x, lines: entry.plot.lines.join(" ") };
  const start = defaults(entry);
  for (const input of inputs) {
    const ends = [input.low, input.high].map((end) =>
      compute(entry, start.map((value, place) => (entry.inputs[place] === input ? end : value))));
    const varying = answers.find((answer) => {
      const [low, high] = ends.map((list) => list[entry.answers.indexOf(answer)].value);
      return answer === answers[0] ? low !== high : low !== undefined && high !== undefined && low !== high;
    });
    if (varying) return { along: input.name, lines: varying.name };
  }
  return { along: inputs.length ? inputs[0].name : null, lines: answers.length ? answers[0].name : "" };
}

function inBase(input, value) {
  return input.kind === "choice" ? data.choices[input.quantity][value][1] : value * input.base;
}

// The answers to values, each `{ value }` or `{ error }`.
function compute(entry, values) {
  const base = entry.inputs.map((input, place) => {
    const value = values[place];
    return input.list ? value.map((one) => inBase(input, one)) : inBase(input, value);
  });
  if (entry.sheet) {
    const named = {};
    entry.inputs.forEach((input, place) => { named[input.name] = base[place]; });
    const computed = sheets[entry.id].compute(named);
    return entry.answers.map((answer) => computed[answer.name]);
  }
  try {
    return [{ value: formulas[entry.id](...base) }];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ error: error.message }];
  }
}

function textOf(answer, value) {
  if (answer.words.length) return answer.words[value] || "unknown";
  return withUnit(answer.quantity, answer.unit, value);
}

function exactOf(answer, value) {
  if (answer.words.length) return "";
  const number = tidy(value / answer.base);
  if (answer.unit === YEAR) return withUnit(answer.quantity, YEAR, number);
  return writeExact(number) + (answer.beside === "" ? "" : " " + answer.beside);
}

// The unit of numbers that name a year of the calendar.
const YEAR = "CE";

// The value of an input, given in its unit: with that unit, and as a number alone.
function inputInWords(input, number) {
  if (input.unit === YEAR) return withUnit(input.quantity, YEAR, number);
  return inWords(input.quantity, number * input.base);
}

function numberText(input, number) {
  return input.unit === YEAR ? withUnit(input.quantity, YEAR, number) : writeExact(number);
}

// Without the noise that a conversion adds in the last digits.
function tidy(number) {
  return Number(number.toPrecision(14));
}

// ---------------------------------------------------------------- address

function addressOf(entry, everything) {
  const state = stateOf(entry);
  const start = defaults(entry);
  const parts = [];
  const changed = entry.inputs.some((_, place) => String(state.values[place]) !== String(start[place]));
  if (everything || changed) {
    entry.inputs.forEach((input, place) => {
      const text = (one) => (input.kind === "choice" ? data.choices[input.quantity][one][0] : String(one));
      const value = state.values[place];
      const words = input.list ? value.map((one) => encodeURIComponent(text(one))).join(",") : encodeURIComponent(text(value));
      parts.push(input.name + "=" + words);
    });
  }
  const usual = usualCurve(entry);
  if (state.lines !== usual.lines) parts.push("plot=" + state.lines);
  if (state.along !== usual.along) parts.push("along=" + state.along);
  return "#" + entry.id + (parts.length ? "?" + parts.join("&") : "");
}

function readAddress() {
  const [name, query] = location.hash.slice(1).split("?");
  const wanted = decodeURIComponent(name).toLowerCase();
  const entry = entries.find((one) => one.id.toLowerCase() === wanted || one.function.toLowerCase() === wanted)
    || (data.single ? entries[0] : null);
  if (!entry) return null;
  const state = fresh(entry);
  for (const part of (query || "").split("&").filter(Boolean)) {
    const at = part.indexOf("=");
    const [key, text] = [part.slice(0, at), part.slice(at + 1)];
    const place = entry.inputs.findIndex((input) => input.name === key);
    if (place < 0 && key === "along" && plottedInputs(entry).some((input) => input.name === text)) state.along = text;
    if (place < 0 && key === "plot" && plottedAnswers(entry).some((answer) => answer.name === text)) state.lines = text;
    if (place < 0) continue;
    const input = entry.inputs[place];
    const read = (word) => {
      const plain = decodeURIComponent(word);
      if (input.kind === "choice") {
        const found = data.choices[input.quantity].findIndex(([label]) => label === plain);
        return found < 0 ? null : found;
      }
      const number = plain.trim() === "" ? NaN : Number(plain);
      return Number.isFinite(number) ? number : null;
    };
    const values = (input.list ? text.split(",") : [text]).map(read);
    if (values.every((value) => value !== null)) state.values[place] = input.list ? values : values[0];
  }
  states.set(entry.id, state);
  return entry;
}

function writeAddress(entry) {
  clearTimeout(writeAddress.timer);
  // Browsers refuse hundreds of changes within seconds, and a slider makes them.
  writeAddress.timer = setTimeout(() => history.replaceState(null, "", addressOf(entry, false)), 150);
}

// ---------------------------------------------------------------- code

function numberInCode(value) {
  const size = Math.abs(value);
  if (!Number.isInteger(value)) return size < 1e-4 ? value.toExponential() : String(value);
  if (size >= 1e16) return value.toExponential().replace("e+", "e");
  const whole = (value < 0 ? "-" : "") + inWords("u64", size).replaceAll(",", "_");
  return size <= 2147483647 ? whole : whole + ".0";
}

function valueInCode(input, value) {
  if (input.quantity === "bool") return data.choices.bool[value][1] ? "true" : "false";
  if (input.kind === "choice") return JSON.stringify(data.choices[input.quantity][value][0]) + ".parse()?";
  const plain = numberInCode(value);
  switch (input.quantity) {
    case "u32": case "u64": {
      const text = plain.replace(/\.0$/, "");
      return input.unit === YEAR ? text.replaceAll("_", "") : text;
    }
    case "Count": return plain + ".count()?";
    case "f64": return Number.isInteger(value) && !/[.e]/.test(plain) ? plain + ".0" : plain;
    case "Probability": case "Availability": case "Utilization":
      return plain + (input.unit === "%" ? ".percent()." : ".ratio().") + input.quantity.toLowerCase() + "()?";
    default: return input.literal ? plain + "." + input.literal + "()" : input.quantity + "::from_base_value(" + plain + ")";
  }
}

function codeOf(entry) {
  const { values } = stateOf(entry);
  const one = (place) => {
    const input = entry.inputs[place];
    if (!input.list) return valueInCode(input, values[place]);
    return "&[" + values[place].map((value) => valueInCode(input, value)).join(", ") + "]";
  };
  if (entry.sheet) {
    const start = defaults(entry);
    const setters = entry.inputs.map((input, place) =>
      String(values[place]) === String(start[place]) ? "" : "." + input.name + "(" + one(place) + ")");
    return entry.code.call + "()" + setters.join("");
  }
  const list = entry.code.arguments.map(({ kind, inputs }) =>
    kind ? kind + "::new(" + inputs.map(one).join(", ") + ")?" : one(inputs[0]));
  return entry.code.call + "(" + list.join(", ") + ")?";
}

// ---------------------------------------------------------------- sliders

// A slider has whole steps; each stands for a round number of the unit.
function sliderOf(input) {
  const { low, high, log } = input;
  const whole = input.kind === "whole";
  if (log) {
    const steps = Math.max(Math.round(Math.log10(high / low) * 50), 100);
    const round = (value) => {
      const number = whole ? Math.round(value) : Number(value.toPrecision(3));
      return Math.min(Math.max(number, low), high);
    };
    return {
      steps,
      value: (step) => (step <= 0 ? low : step >= steps ? high : round(low * Math.pow(high / low, step / steps))),
      step: (value) => Math.round((Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low)) * steps),
    };
  }
  const span = high - low || 1;
  const size = Math.pow(10, Math.floor(Math.log10(span / 100)));
  let each = [1, 2, 5, 10].map((factor) => factor * size).find((one) => span / one <= 250);
  if (whole) each = Math.max(Math.round(each), 1);
  const steps = Math.max(Math.ceil(span / each - 1e-9), 1);
  return {
    steps,
    value: (step) => (step >= steps ? high : tidy(low + step * each)),
    step: (value) => Math.round((Math.min(Math.max(value, low), high) - low) / each),
  };
}

// ---------------------------------------------------------------- the list at the side

const haystacks = new Map(entries.map((entry) => {
  const symbols = [...entry.inputs, ...entry.answers].map((one) => one.name + " " + one.meaning).join(" ");
  return [entry.id, [
    [8, (entry.id + " " + entry.name + " " + entry.path).toLowerCase()],
    [4, symbols.toLowerCase()],
    [2, entry.about.toLowerCase()],
    [1, (entry.assumptions + " " + entry.fails + " " + entry.source).toLowerCase()],
  ]];
}));
const filter = { words: "", kind: "", episode: "" };

function found() {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = [];
  for (const entry of entries) {
    if (filter.kind && entry.kind !== filter.kind) continue;
    if (filter.episode && String(entry.episode) !== filter.episode) continue;
    const scores = words.map((word) => haystacks.get(entry.id)
      .reduce((sum, [weight, text]) => sum + (text.includes(word) ? weight : 0), 0));
    if (scores.every((score) => score > 0)) scored.push([scores.reduce((sum, score) => sum + score, 0), entry]);
  }
  if (words.length) scored.sort((one, other) => other[0] - one[0]);
  return scored.map(([, entry]) => entry);
}

function fillSide() {
  if (data.single) { side.remove(); document.body.classList.add("single"); return; }
  const counted = KINDS.filter(([kind]) => kind === "" || entries.some((entry) => entry.kind === kind));
  const episodes = [...new Set(entries.map((entry) => entry.episode))];
  const search = element("input", {
    type: "search", id: "search", placeholder: "Search", autocomplete: "off", spellcheck: "false",
    "aria-controls": "list", "aria-keyshortcuts": "/",
  });
  search.addEventListener("input", () => { filter.words = search.value; fillList(); });
  search.addEventListener("keydown", (event) => {
    const first = side.querySelector(".list a");
    if (event.key === "ArrowDown" && first) { first.focus(); event.preventDefault(); }
    if (event.key === "Enter" && first) { location.hash = first.getAttribute("href"); event.preventDefault(); }
  });
  const kinds = element("div", { class: "kinds", role: "group", "aria-label": "Kind" }, counted.map(([kind, name]) => {
    const button = element("button", { type: "button", "aria-pressed": String(kind === filter.kind) }, name);
    button.addEventListener("click", () => {
      filter.kind = kind;
      for (const other of kinds.children) other.setAttribute("aria-pressed", String(other === button));
      fillList();
    });
    return button;
  }));
  const episode = element("select", { id: "episode" },
    element("option", { value: "" }, "All episodes"),
    episodes.map((number) => element("option", { value: number }, "Episode " + number)));
  episode.addEventListener("change", () => { filter.episode = episode.value; fillList(); });
  side.append(
    element("label", { class: "hidden", for: "search" }, "Search calculators"), search,
    element("div", { class: "filters" }, kinds,
      element("label", { class: "hidden", for: "episode" }, "Episode"), episode),
    element("p", { class: "count", role: "status" }),
    element("div", { class: "list", id: "list" }));
  side.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...side.querySelectorAll(".list a")];
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] || (next < 0 ? search : links[at])).focus();
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== "range") return;
    event.preventDefault();
    document.body.classList.add("listing");
    search.focus();
    search.select();
  });
  fillList();
}

function fillList() {
  const list = side.querySelector(".list");
  if (!list) return;
  const results = found();
  const groups = new Map();
  // The closest come first: groups would tear them apart.
  const grouped = !filter.words.trim();
  for (const entry of results) {
    const name = grouped ? "Episode " + entry.episode : "";
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(entry);
  }
  list.replaceChildren(...[...groups].map(([name, members]) => element("section", {},
    name && element("h2", {}, name),
    element("ul", {}, members.map((entry) => element("li", {},
      element("a", { href: "#" + entry.id, "data-id": entry.id },
        element("span", { class: "sign " + entry.kind.replace(" ", "-"), title: entry.kind, "aria-hidden": "true" }, SIGNS[entry.kind]),
        element("span", { class: "entry-name" }, entry.name),
        element("span", { class: "entry-id" }, entry.id))))))));
  side.querySelector(".count").textContent = results.length
    ? results.length + (results.length === 1 ? " entry" : " entries")
    : "Nothing has all of these words. Try fewer.";
  markCurrent();
}

function markCurrent() {
  const list = side.querySelector(".list");
  for (const link of side.querySelectorAll(".list a")) {
    if (link.dataset.id === shown.id) {
      if (link.hasAttribute("aria-current")) continue;
      link.setAttribute("aria-current", "page");
      const [box, frame] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
      if (box.top < frame.top || box.bottom > frame.bottom) list.scrollTop += box.top - frame.top - frame.height / 3;
    } else link.removeAttribute("aria-current");
  }
}

// ---------------------------------------------------------------- pages

const shown = { id: null, refresh: null };

function route() {
  const entry = readAddress();
  document.body.classList.toggle("listing", !entry);
  if (entry) showEntry(entry);
  else showStart();
  markCurrent();
  if (window.scrollY > 0) window.scrollTo(0, 0);
}

function showStart() {
  shown.id = null;
  shown.refresh = null;
  document.title = "Lightcone calculators";
  const counts = KINDS.slice(1).map(([kind, name]) => [entries.filter((entry) => entry.kind === kind).length, name.toLowerCase()])
    .filter(([count]) => count > 0)
    .map(([count, name]) => count + " " + (count === 1 ? name.replace(/s$/, "") : name));
  // A few of each kind of each episode.
  const most = { formula: 2, calculator: 3, "cost model": 1 };
  const picks = entries.filter((entry) => {
    const before = entries.filter((other) => other.episode === entry.episode && other.kind === entry.kind);
    return before.indexOf(entry) < most[entry.kind];
  });
  main.replaceChildren(element("div", { class: "start" },
    element("h1", {}, "Numbers that distributed systems are made of"),
    element("p", { class: "lead" }, "Move a slider and read the answer: " + counts.join(", ")
      + ". Everything is computed in this page, by the same definitions as in Rust. It needs no network."),
    element("p", { class: "keys" }, element("kbd", {}, "/"), " searches, ", element("kbd", {}, "↑"), " ", element("kbd", {}, "↓"),
      " walk through the list, and the address keeps what you set."),
    element("div", { class: "cards" }, picks.map((entry) => element("a", { class: "card pick", href: "#" + entry.id },
      element("span", { class: "eyebrow" }, entry.id + " · " + entry.kind + " · episode " + entry.episode),
      element("strong", {}, entry.name),
      entry.equation ? element("span", { class: "equation", html: entry.equation })
        : element("span", { class: "about" }, entry.about))))));
}

function showEntry(entry) {
  shown.id = entry.id;
  document.title = entry.name + " – Lightcone";
  const controls = element("div", { class: "controls" });
  const results = element("div", { class: "results" });
  const spoken = element("p", { class: "hidden spoken", role: "status" });
  const plot = element("div", { class: "plot" });
  const code = element("code", {});
  const actions = element("div", { class: "actions" },
    element("button", { type: "button", class: "action", onclick: () => {
      history.replaceState(null, "", addressOf(entry, true));
      copy(location.href, "Link");
    } }, "Copy link"),
    element("button", { type: "button", class: "action", onclick: () => copy(codeOf(entry), "Code") }, "Copy as code"),
    element("button", { type: "button", class: "action", onclick: () => {
      states.set(entry.id, fresh(entry));
      showEntry(entry);
      writeAddress(entry);
      say("Back to the defaults");
      main.querySelector(".action:last-child").focus();
    } }, "Reset"));
  const curve = element("section", { class: "card curve", "aria-label": "Plot" }, plot);
  // The plot stands in the shorter column.
  const rows = Math.max(0, ...entry.inputs.filter((input) => input.list).map((input) => input.default.length));
  const heightOf = (input) => (input.list ? 0 : input.kind === "choice" ? 60 : 120);
  const plotLeft = entry.inputs.reduce((sum, input) => sum + heightOf(input), rows && 150 + 45 * rows)
    < entry.answers.reduce((sum, answer) => sum + (answer.role === "step" ? 45 : 58) + (answer.note ? 35 : 0), 180);
  const fact = (name, text) => text && element("div", { class: "fact" }, element("h3", {}, name), element("p", {}, text));
  main.replaceChildren(element("article", {},
    element("div", { class: "head" },
      data.single ? null : element("a", { class: "back", href: "#" }, "← All calculators"),
      element("p", { class: "eyebrow" }, entry.id + " · " + entry.kind + " · episode " + entry.episode),
      element("h1", {}, entry.name),
      element("p", { class: "lead" }, sentence(entry.about)),
      entry.equation && element("div", { class: "equation", tabindex: "0", role: "group", "aria-label": "Equation", html: entry.equation })),
    element("div", { class: "work" },
      element("div", { class: "column" },
        element("section", { class: "card inputs", "aria-label": "Inputs" },
          element("h2", {}, "Inputs"), controls),
        plotLeft && curve),
      element("div", { class: "column right" },
        element("section", { class: "card outcome", "aria-label": "Result" },
          element("h2", {}, entry.answers.length > 1 ? "Results" : "Result"), results, spoken, actions,
          element("div", { class: "in-cell" }, element("h3", {}, "In a cell"), element("pre", { tabindex: "0" }, code))),
        plotLeft ? null : curve)),
    element("section", { class: "card facts", "aria-label": "Background" },
      fact("What it takes for granted", entry.assumptions),
      fact("When it fails", entry.fails),
      fact("Prices", entry.prices),
      fact("Source", entry.source),
      entry.others.length ? element("div", { class: "fact" }, element("h3", {}, entry.sheet ? "Constants" : "Also in the equation"),
        element("ul", {}, entry.others.map((other) => element("li", {},
          element("span", { html: other.symbol }), ": " + other.meaning + (other.value ? ", " + other.value + (other.unit && other.unit !== "1" ? " " + other.unit : "") : unitInBrackets(other.unit)))))) : null),
    // On a small screen the answer stays in sight while a slider moves.
    element("div", { class: "peek", "aria-hidden": "true" })));
  const peek = main.querySelector(".peek");
  if (showEntry.watch) showEntry.watch.disconnect();
  showEntry.watch = new IntersectionObserver(([seen]) => peek.classList.toggle("needed", !seen.isIntersecting), { rootMargin: "0px 0px -70px 0px" });
  showEntry.watch.observe(results);
  const fields = drawControls(entry, controls, () => refresh(true));
  const refresh = (changed) => {
    const state = stateOf(entry);
    const unread = Object.values(state.texts)[0];
    const answers = unread ? entry.answers.map(() => ({ error: unread.error })) : compute(entry, state.values);
    for (const field of fields) field.check(answers);
    drawResults(entry, answers, results);
    drawPeek(entry, answers, peek);
    // A curve is many computations: one for each frame is enough.
    cancelAnimationFrame(showEntry.frame);
    showEntry.frame = requestAnimationFrame(() => drawPlot(entry, answers, plot, () => refresh(true)));
    code.textContent = codeOf(entry);
    if (!changed) return;
    writeAddress(entry);
    // A screen reader hears the answer once the slider rests.
    clearTimeout(showEntry.rest);
    showEntry.rest = setTimeout(() => { spoken.textContent = inOneSentence(entry, answers); }, 600);
  };
  shown.refresh = () => refresh(false);
  refresh(false);
}

function sentence(text) {
  if (!text) return "";
  const first = text[0].toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : first + ".";
}

// A name at the start of a line. A symbol such as p99 stays small.
function capital(text) {
  return /^[a-z][a-z '-]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
}

function unitInBrackets(unit) {
  return unit && unit !== "1" ? " (" + unit + ")" : "";
}

// ---------------------------------------------------------------- inputs

function drawControls(entry, holder, changed) {
  const state = stateOf(entry);
  const fields = [];
  const lists = [];
  const nodes = entry.inputs.map((input, place) => {
    if (input.list) { lists.push([input, place]); return null; }
    const field = drawField(entry, input, place, changed);
    fields.push(field);
    return field.node;
  }).filter(Boolean);
  if (lists.length) {
    const table = drawLists(entry, lists, changed);
    nodes.push(table.node);
    fields.push(table);
  }
  if (!nodes.length) nodes.push(element("p", {}, "It has no inputs."));
  holder.replaceChildren(...nodes);
  return fields;
}

// The message for an input: what could not be read, or what an answer refused.
function problemOf(state, key, name, answers) {
  if (state.texts[key]) return state.texts[key].error;
  const starts = answers.map((answer) => answer.error).filter((error) => error
    && (error.startsWith("`" + name + "` ") || error.startsWith("`" + name + "[")));
  return starts[0] || "";
}

function symbolAndName(input) {
  return [element("span", { class: "meaning" }, capital(input.meaning)), "\u00a0", element("span", { class: "symbol", html: input.symbol })];
}

function drawField(entry, input, place, changed) {
  const state = stateOf(entry);
  const id = "in-" + input.name;
  const problem = element("p", { class: "problem", id: id + "-problem", hidden: true });
  const hint = [input.domain === "any" ? "" : input.domain, input.why].filter(Boolean).join(": ");
  const about = element("p", { class: "hint", id: id + "-hint" }, hint);
  const described = id + "-hint " + id + "-problem";
  if (input.kind === "choice") {
    const choices = data.choices[input.quantity];
    let control;
    if (input.quantity === "bool") {
      control = element("input", { type: "checkbox", id, "aria-describedby": described });
      control.checked = choices[state.values[place]][1] === 1;
      control.addEventListener("change", () => {
        state.values[place] = choices.findIndex(([, value]) => value === (control.checked ? 1 : 0));
        changed();
      });
    } else {
      control = element("select", { id, "aria-describedby": described },
        choices.map(([label], at) => element("option", { value: at }, label)));
      control.value = String(state.values[place]);
      control.addEventListener("change", () => { state.values[place] = Number(control.value); changed(); });
    }
    return {
      node: element("div", { class: "field" + (input.quantity === "bool" ? " switch" : "") },
        element("label", { for: id }, symbolAndName(input)), control, problem),
      check: (answers) => mark(control, problem, problemOf(state, place, input.name, answers)),
    };
  }
  const scale = sliderOf(input);
  const slider = element("input", {
    type: "range", min: 0, max: scale.steps, step: 1, "aria-label": capital(input.meaning) + ", slider", id: id + "-slider",
  });
  const text = element("input", {
    type: "text", id, inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": described,
  });
  const words = () => inputInWords(input, state.values[place]);
  const showSlider = () => {
    slider.value = scale.step(state.values[place]);
    slider.style.setProperty("--part", (100 * slider.value) / scale.steps + "%");
    slider.setAttribute("aria-valuetext", words());
  };
  const showText = () => { text.value = numberText(input, state.values[place]); };
  slider.addEventListener("input", () => {
    state.values[place] = scale.value(Number(slider.value));
    delete state.texts[place];
    showText();
    showSlider();
    changed();
  });
  const read = () => {
    try {
      const value = readQuantity(input.quantity, text.value, input.base) / input.base;
      const plain = Number(text.value.replace(/[,_]/g, ""));
      state.values[place] = text.value.trim() !== "" && Number.isFinite(plain) ? plain : tidy(value);
      delete state.texts[place];
      showSlider();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      state.texts[place] = { text: text.value, error: error.message };
    }
    changed();
  };
  text.addEventListener("input", read);
  text.addEventListener("blur", () => { if (!state.texts[place]) showText(); });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !state.texts[place]) showText();
    // The arrows move the number as they move the slider.
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    slider.value = Number(slider.value) + (event.key === "ArrowUp" ? 1 : -1);
    slider.dispatchEvent(new Event("input"));
  });
  showSlider();
  showText();
  const ends = element("div", { class: "ends", "aria-hidden": "true" },
    element("span", {}, inputInWords(input, input.low)),
    input.log ? element("span", { class: "log" }, "logarithmic") : null,
    element("span", {}, inputInWords(input, input.high)));
  const unit = input.beside ? element("span", { class: "unit" }, input.beside) : null;
  return {
    node: element("div", { class: "field" },
      element("label", { for: id }, symbolAndName(input)),
      element("div", { class: "number" + (unit ? " with-unit" : "") }, text, unit),
      element("div", { class: "slide" }, slider, ends),
      hint && about, problem),
    check: (answers) => mark(text, problem, problemOf(state, place, input.name, answers)),
  };
}

function mark(control, problem, message) {
  problem.textContent = message;
  problem.hidden = !message;
  if (message) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

// All lists of an entry are equally long, so they are the columns of one table.
function drawLists(entry, lists, changed) {
  const state = stateOf(entry);
  const problem = element("p", { class: "problem", hidden: true });
  const body = element("tbody", {});
  let cells = [];
  const draw = () => {
    cells = [];
    const length = Math.max(...lists.map(([, place]) => state.values[place].length));
    body.replaceChildren(...Array.from({ length }, (_, row) => element("tr", {},
      element("th", { scope: "row" }, String(row + 1)),
      lists.map(([input, place]) => {
        const label = input.meaning + ", row " + (row + 1);
        if (input.kind === "choice") {
          const select = element("select", { "aria-label": label },
            data.choices[input.quantity].map(([name], at) => element("option", { value: at }, name)));
          select.value = String(state.values[place][row]);
          select.addEventListener("change", () => { state.values[place][row] = Number(select.value); changed(); });
          return element("td", {}, select);
        }
        const text = element("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false" });
        const key = place + "/" + row;
        text.value = state.texts[key] ? state.texts[key].text : numberText(input, state.values[place][row]);
        text.addEventListener("input", () => {
          try {
            const value = readQuantity(input.quantity, text.value, input.base) / input.base;
            const plain = Number(text.value.replace(/[,_]/g, ""));
            state.values[place][row] = text.value.trim() !== "" && Number.isFinite(plain) ? plain : tidy(value);
            delete state.texts[key];
          } catch (error) {
            if (!(error instanceof SyntaxError)) throw error;
            state.texts[key] = { text: text.value, error: error.message };
          }
          changed();
        });
        cells.push([text, key, input.name, row]);
        return element("td", {}, text);
      }),
      element("td", {}, element("button", {
        type: "button", class: "remove", "aria-label": "Remove row " + (row + 1), disabled: length === 1, onclick: () => {
          for (const [, place] of lists) state.values[place].splice(row, 1);
          for (const key of Object.keys(state.texts)) if (key.includes("/")) delete state.texts[key];
          draw();
          changed();
          add.focus();
        },
      }, "×")))));
  };
  const add = element("button", {
    type: "button", class: "action add", onclick: () => {
      for (const [input, place] of lists) {
        const values = state.values[place];
        values.push(values.length ? values[values.length - 1] : (input.kind === "choice" ? 0 : input.default[0] ?? input.low));
      }
      draw();
      changed();
      body.lastElementChild.querySelector("input, select").focus();
    },
  }, "Add a row");
  draw();
  return {
    node: element("div", { class: "field lists" },
      element("div", { class: "scroll" }, element("table", {},
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, element("span", { class: "hidden" }, "Row")),
          lists.map(([input]) => element("th", { scope: "col" }, symbolAndName(input),
            element("span", { class: "unit-name" }, input.beside))),
          element("td", {}))),
        body)),
      problem, add),
    check: (answers) => {
      let first = "";
      for (const [text, key, name, row] of cells) {
        const message = state.texts[key] ? state.texts[key].error : (answers.map((answer) => answer.error)
          .find((error) => error && error.startsWith("`" + name + "[" + row + "]`")) || "");
        if (message) text.setAttribute("aria-invalid", "true");
        else text.removeAttribute("aria-invalid");
        first = first || message;
      }
      for (const [input] of lists) first = first || problemOf(state, "", input.name, answers);
      problem.textContent = first;
      problem.hidden = !first;
    },
  };
}

// ---------------------------------------------------------------- results

function drawResults(entry, answers, holder) {
  const steps = [];
  const nodes = [];
  const rows = [];
  // A cause is said once: what follows from it ends with the same sentence.
  const said = [];
  const problem = (error) => {
    if (!error || said.some((sentence) => error.endsWith(sentence))) return null;
    said.push(error);
    return element("span", { class: "problem" }, error);
  };
  const few = entry.answers.filter((answer) => answer.role !== "step").length <= 2;
  entry.answers.forEach((answer, place) => {
    const { value, error } = answers[place];
    const label = element("span", { class: "label" },
      element("span", { class: "meaning" }, capital(answer.meaning)), "\u00a0", element("span", { class: "symbol", html: answer.symbol }));
    const shownValue = error
      ? element("span", { class: "none", "data-name": answer.name, title: error }, "no answer")
      : element("data", { value: String(value), "data-name": answer.name, class: "value" }, textOf(answer, value));
    if (answer.role === "step") {
      steps.push(element("tr", { class: error ? "refused" : "" }, element("th", { scope: "row" }, label,
        answer.note && element("span", { class: "note" }, answer.note), problem(error)), element("td", {}, shownValue)));
      return;
    }
    const exact = error ? "" : exactOf(answer, value);
    const more = exact && exact !== shownValue.textContent;
    if (few || answer.role === "total") {
      if (error) said.push(error);
      nodes.push(element("div", { class: "answer " + answer.role + (error ? " refused" : "") }, label, shownValue,
        error ? element("p", { class: "sentence" }, error) : more && element("p", { class: "exact" }, "exactly " + exact),
        answer.note && element("p", { class: "note" }, answer.note)));
      return;
    }
    if (more) shownValue.title = exact;
    rows.push(element("tr", { class: error ? "refused" : "" },
      element("th", { scope: "row" }, label, answer.note && element("span", { class: "note" }, answer.note),
        problem(error)),
      element("td", { class: answer.words.length ? "word" : null }, shownValue)));
  });
  if (rows.length) nodes.push(element("table", { class: "steps rows" }, element("tbody", {}, rows)));
  if (steps.length) {
    nodes.push(element("table", { class: "steps" }, element("caption", {}, "Steps"), element("tbody", {}, steps)));
  }
  holder.classList.toggle("alone", entry.answers.length === 1);
  holder.replaceChildren(...nodes);
}

function inOneSentence(entry, answers) {
  const place = Math.max(mainAnswer(entry), 0);
  const { value, error } = answers[place];
  return error || capital(entry.answers[place].meaning) + ": " + textOf(entry.answers[place], value);
}

function drawPeek(entry, answers, peek) {
  const place = Math.max(mainAnswer(entry), 0);
  const { value, error } = answers[place];
  peek.replaceChildren(element("span", {}, capital(entry.answers[place].meaning)),
    element("strong", {}, error ? "no answer" : textOf(entry.answers[place], value)));
}

// The total, else the first result.
function mainAnswer(entry) {
  const total = entry.answers.findIndex((answer) => answer.role === "total");
  return total >= 0 ? total : entry.answers.findIndex((answer) => answer.role === "result");
}

// ---------------------------------------------------------------- plot

function drawPlot(entry, answers, holder, changed) {
  const state = stateOf(entry);
  const place = entry.inputs.findIndex((input) => input.name === state.along);
  const lines = state.lines.split(" ").map((name) => entry.answers.find((answer) => answer.name === name)).filter(Boolean);
  holder.closest(".curve").hidden = place < 0 || lines.length === 0;
  if (place < 0 || lines.length === 0) return;
  const input = entry.inputs[place];
  const points = sample(entry, state.values, place, lines);
  let head = holder.querySelector(".plot-head");
  if (!head) {
    const choose = (id, key, options) => {
      const select = element("select", { id }, options.map(([value, name]) => element("option", { value }, name)));
      select.addEventListener("change", () => { state[key] = select.value; changed(); });
      return select;
    };
    const meaning = (name) => capital(entry.answers.find((answer) => answer.name === name).meaning);
    const own = entry.plot && entry.plot.lines.length > 1 ? [[state.lines.includes(" ") ? state.lines : usualCurve(entry).lines,
      entry.plot.lines.map(meaning).join(", ")]] : [];
    const answered = [...own, ...plottedAnswers(entry).map((answer) => [answer.name, capital(answer.meaning)])];
    head = element("div", { class: "plot-head" }, element("h2", {}, "Plot"),
      answered.length > 1 ? [element("label", { class: "hidden", for: "lines" }, "Plot of"), choose("lines", "lines", answered)] : null,
      element("label", { for: "along" }, "along"),
      choose("along", "along", plottedInputs(entry).map((one) => [one.name, capital(one.meaning)])));
    const figure = element("figure", {});
    const values = element("details", { class: "values" }, element("summary", {}, "The curve as a table"), element("div", { class: "scroll" }));
    values.addEventListener("toggle", () => shown.refresh());
    holder.replaceChildren(head, figure, values);
  }
  head.querySelector("#along").value = state.along;
  if (head.querySelector("#lines")) head.querySelector("#lines").value = state.lines;
  drawFigure(entry, answers, holder.querySelector("figure"), { input, place, lines, points, state });
  const details = holder.querySelector("details");
  if (details.open) details.querySelector(".scroll").replaceChildren(tableOf(input, lines, points));
}

function sample(entry, values, place, lines) {
  const input = entry.inputs[place];
  const count = 160;
  const points = [];
  let last = null;
  for (let at = 0; at <= count; at += 1) {
    const part = at / count;
    let x = input.log ? input.low * Math.pow(input.high / input.low, part) : input.low + (input.high - input.low) * part;
    if (at === count) x = input.high;
    if (input.kind === "whole") x = Math.round(x);
    if (x === last) continue;
    last = x;
    const varied = [...values];
    varied[place] = x;
    const answers = compute(entry, varied);
    points.push({ x, y: lines.map((line) => {
      const { value } = answers[entry.answers.indexOf(line)];
      return value === undefined || !Number.isFinite(value) ? null : value;
    }) });
  }
  return points;
}

function ticks(low, high, log, quantity, wanted) {
  if (log) {
    const list = [];
    const from = Math.floor(Math.log10(low));
    const to = Math.ceil(Math.log10(high));
    const every = Math.max(Math.ceil((to - from) / wanted), 1);
    const factors = to - from <= 2 ? [1, 2, 5] : [1];
    for (let power = from; power <= to; power += every) {
      for (const factor of factors) {
        const tick = Number(factor + "e" + power);
        if (tick >= low * 0.999 && tick <= high * 1.001) list.push(tick);
      }
    }
    return list;
  }
  const known = QUANTITIES[quantity];
  const size = Math.max(Math.abs(low), Math.abs(high));
  let unit = 1;
  if (known && known.style === "scaled") {
    for (const one of known.units) if (one.shown && one.up / one.down <= size * 1.0001) unit = one.up / one.down;
  } else if (known && (known.style === "percent" || known.style === "probability")) unit = 0.01;
  const span = (high - low) / unit || 1;
  const rough = span / wanted;
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  const list = [];
  for (let at = Math.ceil(low / unit / step - 1e-9); at * step <= (high / unit) * (1 + 1e-9) + 1e-300 && list.length < 20; at += 1) {
    list.push(tidy(at * step) * unit);
  }
  return list;
}

// Money beside an axis says no more than it must.
function tickText(quantity, tick) {
  const known = QUANTITIES[quantity];
  if (!known || known.style !== "dollars") return inShort(quantity, tick);
  return (tick < 0 ? "-$" : "$") + inShort("f64", Math.abs(tick));
}

function drawFigure(entry, answers, figure, { input, place, lines, points, state }) {
  const width = Math.max(figure.clientWidth || 560, 280);
  const height = Math.round(Math.min(Math.max(width * 0.56, 230), 340));
  const all = points.flatMap((point) => point.y).filter((value) => value !== null);
  if (!all.length) {
    figure.replaceChildren(element("p", { class: "empty" }, "There is no answer anywhere along " + input.meaning + "."));
    return;
  }
  let low = Math.min(...all);
  let high = Math.max(...all);
  const logY = low > 0 && high / low > 300;
  if (!logY) {
    if (low > 0 && low < 0.6 * high) low = 0;
    if (high < 0 && high > 0.6 * low) high = 0;
    if (low === high) { low = low > 0 ? 0 : low - 1; high = high > 0 ? high * 1.25 : high + 1; }
  } else {
    low = Math.pow(10, Math.floor(Math.log10(low) + 1e-9));
    high = Math.pow(10, Math.ceil(Math.log10(high) - 1e-9));
  }
  const quantity = lines[0].quantity;
  const yTicks = ticks(low, high, logY, quantity, 5);
  if (!logY && yTicks.length > 1) {
    // The curve ends below the topmost line of the grid.
    const step = yTicks[1] - yTicks[0];
    const last = yTicks[yTicks.length - 1];
    if (last < high - step * 1e-6) { yTicks.push(tidy(last + step)); high = last + step; }
  }
  const yTexts = yTicks.map((tick) => tickText(quantity, tick));
  const left = Math.min(Math.max(...yTexts.map((text) => text.length), 3) * 7.2 + 14, width * 0.36);
  const [right, top, bottom] = [18, 14, 44];
  const xOf = (x) => {
    const part = input.log ? Math.log(x / input.low) / Math.log(input.high / input.low) : (x - input.low) / (input.high - input.low || 1);
    return left + part * (width - left - right);
  };
  const yOf = (y) => {
    const part = logY ? Math.log(y / low) / Math.log(high / low) : (y - low) / (high - low);
    return height - bottom - part * (height - bottom - top);
  };
  // As many names along the axis as there is room for.
  const along = (wanted) => ticks(input.low * input.base, input.high * input.base, input.log, input.quantity, wanted);
  const room = (list) => list.reduce((sum, tick) => sum + tickText(input.quantity, tick).length * 7.2 + 14, 0);
  const xTicks = [7, 6, 5, 4, 3].map(along).find((list) => room(list) < width - left) || along(2);
  const nodes = [];
  yTicks.forEach((tick, at) => nodes.push(
    element("line", { class: "grid", x1: left, x2: width - right, y1: yOf(tick), y2: yOf(tick) }),
    element("text", { class: "tick", x: left - 8, y: yOf(tick) + 4, "text-anchor": "end" }, yTexts[at])));
  let free = -Infinity;
  for (const tick of xTicks) {
    const x = xOf(tick / input.base);
    const text = tickText(input.quantity, tick);
    const half = text.length * 3.6;
    nodes.push(element("line", { class: "mark", x1: x, x2: x, y1: height - bottom, y2: height - bottom + 5 }));
    if (x - half < free + 8) continue;
    const anchor = x + half > width ? "end" : "middle";
    free = anchor === "end" ? width : x + half;
    nodes.push(element("text", { class: "tick", x: anchor === "end" ? width - 2 : x, y: height - bottom + 19, "text-anchor": anchor }, text));
  }
  nodes.push(
    element("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
    element("text", { class: "axis-name", x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, capital(input.meaning)));
  lines.forEach((line, at) => {
    let path = "";
    let pen = false;
    for (const point of points) {
      const y = point.y[at];
      if (y === null || (logY && y <= 0)) { pen = false; continue; }
      path += (pen ? "L" : "M") + xOf(point.x).toFixed(1) + " " + yOf(y).toFixed(1);
      pen = true;
    }
    nodes.push(element("path", { class: "series series-" + ((at % 4) + 1), d: path, "stroke-dasharray": DASHES[at % 4] }));
  });
  const here = state.values[place];
  const inside = here >= input.low && here <= input.high;
  if (inside) {
    nodes.push(element("line", { class: "here", x1: xOf(here), x2: xOf(here), y1: top, y2: height - bottom }));
    lines.forEach((line, at) => {
      const { value } = answers[entry.answers.indexOf(line)];
      if (value === undefined || (logY && value <= 0)) return;
      nodes.push(element("circle", { class: "dot series-" + ((at % 4) + 1), cx: xOf(here), cy: yOf(value), r: 5 }));
    });
  }
  const name = lines.map((line) => line.meaning).join(" and ") + " along " + input.meaning;
  const ends = lines.map((line, at) => {
    const known = points.filter((point) => point.y[at] !== null);
    const [first, last] = [known[0], known[known.length - 1]];
    if (!first) return line.meaning + " has no answer here.";
    const words = (point) => inShort(line.quantity, point.y[at]) + " at " + inShort(input.quantity, point.x * input.base);
    return "From " + words(first) + " to " + words(last) + ".";
  });
  const svg = element("svg", {
    viewBox: "0 0 " + width + " " + height, width, height, role: "img", "aria-labelledby": "plot-title plot-desc",
  }, element("title", { id: "plot-title" }, sentence(name).slice(0, -1)), element("desc", { id: "plot-desc" }, ends.join(" ")), nodes);
  const tip = element("div", { class: "tip", hidden: true });
  const rule = element("line", { class: "rule", y1: top, y2: height - bottom, visibility: "hidden" });
  svg.append(rule);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const nearest = points.reduce((best, point) => (Math.abs(xOf(point.x) - at) < Math.abs(xOf(best.x) - at) ? point : best));
    rule.setAttribute("x1", xOf(nearest.x));
    rule.setAttribute("x2", xOf(nearest.x));
    rule.setAttribute("visibility", "visible");
    tip.hidden = false;
    tip.replaceChildren(element("strong", {}, inShort(input.quantity, nearest.x * input.base)),
      ...lines.map((line, place) => element("span", {}, nearest.y[place] === null ? "no answer" : inShort(line.quantity, nearest.y[place]))));
    tip.style.left = Math.min(Math.max(xOf(nearest.x), 60), width - 60) + "px";
  });
  svg.addEventListener("pointerleave", () => { tip.hidden = true; rule.setAttribute("visibility", "hidden"); });
  const legend = element("figcaption", {}, lines.map((line, at) => element("span", { class: "legend" },
    element("span", { html: `<svg width="26" height="8" aria-hidden="true"><path class="series series-${(at % 4) + 1}" d="M1 4H25" stroke-dasharray="${DASHES[at % 4]}"></path></svg>` }),
    capital(line.meaning))), logY ? element("span", { class: "legend" }, "logarithmic upwards") : null);
  figure.replaceChildren(svg, tip, legend);
}

function tableOf(input, lines, points) {
  const every = Math.max(Math.floor((points.length - 1) / 10), 1);
  const rows = points.filter((_, at) => at % every === 0 || at === points.length - 1);
  return element("table", { class: "steps" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, capital(input.meaning)),
      lines.map((line) => element("th", { scope: "col" }, capital(line.meaning))))),
    element("tbody", {}, rows.map((point) => element("tr", {},
      element("th", { scope: "row" }, inShort(input.quantity, point.x * input.base)),
      point.y.map((value, at) => element("td", {}, value === null ? "no answer" : inShort(lines[at].quantity, value)))))));
}

// ---------------------------------------------------------------- theme and start

const THEMES = ["system", "light", "dark"];
const themeButton = document.querySelector(".theme");
function setTheme(theme) {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
  themeButton.textContent = "Theme: " + theme;
  themeButton.dataset.theme = theme;
  // A browser may keep nothing for pages from a file.
  try { localStorage.setItem("lightcone-theme", theme); } catch { /* it is forgotten */ }
}
let remembered = "system";
try { remembered = localStorage.getItem("lightcone-theme") || "system"; } catch { /* nothing is remembered */ }
setTheme(THEMES.includes(remembered) ? remembered : "system");
themeButton.addEventListener("click", () => {
  setTheme(THEMES[(THEMES.indexOf(themeButton.dataset.theme) + 1) % THEMES.length]);
});
document.querySelector(".skip").addEventListener("click", () => main.focus());
let lastWidth = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === lastWidth) return;
  lastWidth = window.innerWidth;
  if (shown.refresh) shown.refresh();
});
window.addEventListener("hashchange", route);
fillSide();
route();
