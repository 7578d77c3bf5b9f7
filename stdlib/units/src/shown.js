function writeNumber(value, decimals) {
  if (isPlain(value)) {
    if (decimals !== undefined) return fixedNumber(value, decimals);
    return trimZeros(fixedNumber(value, decimalsFor(value, 3)));
  }
  return writeExtreme(value, decimals === undefined ? 2 : decimals);
}
// The shortest text that reads back as the same number. Of two that are equally near,
// Rust takes the larger one, as toFixed and toExponential do when they are told how
// many digits.
function writeExact(value) {
  if (isPlain(value)) {
    const [, decimals = ""] = String(value).split(".");
    return groupDigits((value + 0).toFixed(decimals.length));
  }
  if (!Number.isFinite(value)) return writeExtreme(value, 0);
  const [, decimals = ""] = value.toExponential().split("e")[0].split(".");
  return value.toExponential(decimals.length).replace("e+", "e");
}
function isPlain(value) {
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-6 && size < 1e15);
}
function decimalsFor(value, digits) {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  return Math.min(Math.max(digits - 1 - exponent, 0), 17);
}
// Rust rounds a tie to the even digit, toFixed and toExponential away from zero.
function evenTie(text, exact, kept) {
  const digits = exact.replace(".", "");
  if (!/^50*$/.test(digits.slice(kept)) || "13579".includes(digits[kept - 1])) return text;
  return exact.slice(0, exact.includes(".") && kept > exact.indexOf(".") ? kept + 1 : kept);
}
function fixedNumber(value, decimals) {
  const size = Math.abs(value);
  const exact = size.toFixed(100);
  let text = evenTie(size.toFixed(decimals), exact, exact.indexOf(".") + decimals);
  if (value < 0 && /[1-9]/.test(text)) text = "-" + text;
  return groupDigits(text);
}
function trimZeros(text) {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
function writeExtreme(value, decimals) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const [exact] = Math.abs(value).toExponential(100).split("e");
  const [mantissa, exponent] = Math.abs(value).toExponential(decimals).split("e");
  const sign = value < 0 ? "-" : "";
  return sign + trimZeros(evenTie(mantissa, exact, decimals + 1)) + "e" + exponent.replace("+", "");
}
function groupDigits(text) {
  const [, sign, whole, rest] = /^(-?)([^.]*)(.*)$/.exec(text);
  return sign + whole.replace(/\B(?=(...)+$)/g, ",") + rest;
}
function showScaled(value, zero, units) {
  if (value === 0) return writeNumber(value) + " " + zero;
  if (!Number.isFinite(value)) {
    const base = units.find((unit) => unit.up === unit.down);
    return writeNumber(value) + " " + (base ? base.symbol : zero);
  }
  const shown = units.filter((unit) => unit.shown);
  let unit = shown[0];
  let text = writeNumber((value * unit.down) / unit.up);
  for (const larger of shown.slice(1)) {
    const rounded = Number(text.replaceAll(",", ""));
    if (Math.abs((rounded * unit.up) / unit.down) < larger.up / larger.down) break;
    unit = larger;
    text = writeNumber((value * unit.down) / unit.up);
  }
  return text + " " + (unit.symbol === "days" && text === "1" ? "day" : unit.symbol);
}
function showDollars(value) {
  const size = Math.abs(value);
  let amount;
  if (!isPlain(value)) amount = writeNumber(size);
  else if (size >= 1 || size === 0) amount = fixedNumber(size, 2);
  else {
    amount = trimZeros(fixedNumber(size, Math.max(decimalsFor(size, 3), 2)));
    if ((amount.split(".")[1] || "").length < 2) amount = fixedNumber(size, 2);
  }
  const nothing = !/[1-9]/.test(amount) && Number.isFinite(size);
  return (value < 0 && !nothing ? "-$" : "$") + amount;
}
function showPercent(fraction) {
  const value = fraction * 100;
  if (!isPlain(value) || !(value >= 50 && value < 100)) return writeNumber(value) + " %";
  const missing = Math.min(decimalsFor(100 - value, 2), 13);
  return trimZeros(fixedNumber(value, Math.max(decimalsFor(value, 3), missing))) + " %";
}
// The labels of types with a few values, each with its value, by the type's name.
const CHOICES = {};
// The text of a value in base units, as the Rust type's Display writes it.
function inWords(quantity, value) {
  const known = QUANTITIES[quantity];
  if (!known) {
    const choice = (CHOICES[quantity] || []).find(([, number]) => number === value);
    return choice ? choice[0] : writeExact(value);
  }
  switch (known.style) {
    case "scaled": return showScaled(value, known.suffix, known.units);
    case "dollars": return showDollars(value) + known.suffix;
    case "percent": return showPercent(value);
    case "probability": return isPlain(value) ? showPercent(value) : writeNumber(value);
    case "choice": return value === 1 ? "yes" : "no";
    case "whole": return Number.isInteger(value) ? groupDigits(value.toFixed(0)) : writeExact(value);
    default: return writeExact(value);
  }
}
// The same for an answer: plain numbers are rounded, too.
function inShort(quantity, value) {
  const known = QUANTITIES[quantity];
  return !known || known.style === "number" ? writeNumber(value) : inWords(quantity, value);
}
// The same, unless the unit says that the number names a year.
function withUnit(quantity, unit, value) {
  return unit === "CE" && Number.isInteger(value) ? String(value) : inShort(quantity, value);
}
function listInWords(quantity, list) {
  const words = list.slice(0, 8).map((value) => inWords(quantity, value));
  if (list.length > 8) words.push("and " + (list.length - 8) + " more");
  return words.length ? words.join(", ") : "empty";
}
function refuseValue(argument, value, allowed, meaning) {
  throw new RangeError("`" + argument + "` is " + value + ", but must be " + allowed + ": " + meaning);
}
function refuseRange(argument, quantity, value, allowed, meaning) {
  if (!Number.isFinite(value)) allowed = allowed ? "a finite number, " + allowed : "a finite number";
  refuseValue(argument, inWords(quantity, value), allowed, meaning);
}
function checkType(quantity, argument, value) {
  const type = TYPES[quantity];
  if (!type) return;
  const low = value >= type.low;
  const high = type.highIncluded ? value <= type.high : value < type.high;
  if (low && high && (!type.whole || Number.isInteger(value))) return;
  const allowed = Number.isFinite(value) ? type.allowed : type.allowedOfNaN;
  refuseValue(argument, writeExact(value), allowed, type.meaning);
}
function checkedResult(quantity, name, value) {
  checkType(quantity, name, value);
  if (!Number.isFinite(value)) {
    refuseRange(name, quantity, value, "", "the arguments are too large or too small to compute with, use realistic ones");
  }
  return value;
}
const MAGNITUDES = [["thousand", 1e3], ["million", 1e6], ["billion", 1e9], ["trillion", 1e12],
  ["k", 1e3], ["K", 1e3], ["M", 1e6], ["bn", 1e9], ["B", 1e9]];
const NINES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
function unitList(known) {
  return known.units.map((unit) => {
    if (known.style === "dollars") return "USD" + unit.symbol;
    return unit.symbol === "" ? "none" : unit.symbol;
  }).join(", ");
}
// The number at the start of a text, and the rest; messages name the whole of it.
function splitNumber(part, known, text) {
  const whole = part.trim();
  const digits = /^(?:[0-9.,_]|(?:^|(?<=[eE]))[+-]|(?<=.)[eE](?=[+-]?[0-9]))*/.exec(whole)[0];
  if (!/[0-9]/.test(digits)) {
    throw new SyntaxError("cannot read `" + text + "` as " + known.expected + ": it does not start with a number; "
      + "write a number and one of these units: " + unitList(known));
  }
  const value = readNumber(digits);
  if (value === null) throw badNumber(text, digits, known);
  return [value, whole.slice(digits.length).trim()];
}
function badNumber(text, digits, known) {
  return new SyntaxError("cannot read `" + text + "` as " + known.expected + ": `" + digits + "` is not a number; "
    + "use a point for decimals and commas only between thousands, as in 1,234.5");
}
function readNumber(digits) {
  if (digits.includes(",") && !/^[+-]?[0-9]{1,3}(,[0-9_]{3})*([.eE][^,]*)?$/.test(digits)) return null;
  const value = Number(digits.replace(/[,_]/g, ""));
  return Number.isFinite(value) ? value : null;
}
function takeMagnitude(value, unit) {
  for (const [word, factor] of MAGNITUDES) {
    if (unit.startsWith(word) && !/^\p{Alphabetic}/u.test(unit.slice(word.length))) {
      return [value * factor, unit.slice(word.length).trimStart()];
    }
  }
  return [value, unit];
}
// Reads what people write; a number alone is in the unit of which one has `base`
// base units. The answer is in the base unit.
function readQuantity(quantity, text, base) {
  const known = QUANTITIES[quantity] || QUANTITIES.f64;
  const words = text.trim();
  const nines = quantity === "Availability" ? /^(.*?)\s*nines?$/i.exec(words) : null;
  if (nines && nines[1]) {
    const place = NINES.indexOf(nines[1].toLowerCase());
    const count = place >= 0 ? place + 1 : splitNumber(nines[1], { ...QUANTITIES.f64, expected: "a number of nines" }, text)[0];
    return 1 - Math.pow(10, -count);
  }
  const dollars = known.style === "dollars";
  const sign = dollars ? /^(-?)(?:US\$|\$|USD)\s*(.*)$/s.exec(words) : null;
  let dollar = sign !== null;
  const body = sign ? sign[1] + sign[2] : words;
  let [value, rest] = splitNumber(body, known, text);
  let unit = rest;
  if (dollars || known.suffix === "/s" || known.style === "number" || known.style === "whole") {
    [value, unit] = takeMagnitude(value, unit);
  }
  if (unit === "") return value * base;
  if (dollars && !dollar) {
    const word = /^(USD|dollars?|cents?)(.*)$/s.exec(unit);
    if (word) {
      dollar = true;
      if (word[1].startsWith("cent")) value /= 100;
      unit = word[2].trim();
    }
  }
  if (known.suffix === "/s") {
    const subject = /^(\p{Alphabetic}+)\s*((?:\/|per |a |an ).*)$/su.exec(unit);
    if (subject && !["per", "a", "an"].includes(subject[1])) unit = subject[2];
  }
  const names = (one) => [one.symbol.trim(), ...one.aliases];
  const exact = (one) => names(one).includes(unit);
  const word = (one) => unit.length > 3
    && names(one).some((name) => name.length > 3 && name.toLowerCase() === unit.toLowerCase());
  const found = known.units.find(exact) || known.units.find(word);
  if (found && (dollar || !dollars)) return (value * found.up) / found.down;
  if (quantity === "Time") {
    const total = sumOfUnits(value, unit, known);
    if (total !== null) return total;
  }
  throw new SyntaxError("cannot read `" + text + "` as " + known.expected + ": `" + rest
    + "` is not a unit of it; use one of these: " + unitList(known));
}
// `1 h 30 min`: units from large to small, each with its number.
function sumOfUnits(first, text, known) {
  const parts = [...(Math.abs(first) + " " + text).matchAll(/([0-9.,_]+)\s*([^0-9+-]*)/g)];
  if (parts.map((part) => part[0]).join("") !== Math.abs(first) + " " + text) return null;
  let total = 0;
  let last = Infinity;
  for (const [, digits, words] of parts) {
    const name = words.trim().replace(/and$/, "").replace(/,$/, "").trim();
    const unit = known.units.find((one) => one.symbol === name || one.aliases.includes(name));
    const value = readNumber(digits);
    if (!unit || value === null || unit.up / unit.down >= last) return null;
    last = unit.up / unit.down;
    total += (value * unit.up) / unit.down;
  }
  return first < 0 ? -total : total;
}
// Within a formula the same name knows the types of its arguments.
function wordsOf(name, value) {
  return writeExact(value);
}
