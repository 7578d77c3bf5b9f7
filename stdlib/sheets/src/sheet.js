// A value out of a table or a list, counted from 0.
function item(name, list, place) {
  if (!(place >= 0 && place < list.length)) {
    refuseValue(name, "read at place " + writeExact(place),
      "read at a place from 0 to " + Math.max(list.length - 1, 0), "it has no other values");
  }
  const at = Math.trunc(place);
  if (Number.isNaN(list[at])) {
    refuseValue(name + "[" + at + "]", "unknown", "known", "there is no figure for this choice");
  }
  return list[at];
}
// The text of a number also where its type cannot hold it.
function anyInWords(quantity, value) {
  const type = TYPES[quantity];
  const inside = !type || (value >= type.low
    && (type.highIncluded ? value <= type.high : value < type.high)
    && (!type.whole || Number.isInteger(value)));
  return inside ? inWords(quantity, value) : writeExact(value);
}
function checkInput(input, value) {
  const values = input.list ? value : [value];
  values.forEach((one, place) => {
    const name = input.list ? input.name + "[" + place + "]" : input.name;
    if (input.choices) {
      if (input.choices.some((choice) => choice.value === one)) return;
      refuseValue(name, writeExact(one), input.allowed, "there is no other choice");
    }
    const finite = Number.isFinite(one);
    const whole = !input.whole || Number.isInteger(one);
    const low = input.low === null || (input.lowIncluded ? one >= input.low : one > input.low);
    const high = input.high === null || (input.highIncluded ? one <= input.high : one < input.high);
    if (finite && whole && low && high) return;
    const begin = !finite ? "a finite number" : whole ? "" : "a whole number";
    const allowed = [begin, input.allowed].filter((part) => part !== "").join(", ");
    refuseValue(name, anyInWords(input.quantity, one), allowed, input.why);
  });
}
// All lines from values in base units, an object by name; what is missing has its
// default. Gives each line { value, text } or { error }.
function computeSheet(sheet, values) {
  const known = { ...sheet.constants, ...sheet.tables };
  const problems = {};
  const causes = {};
  const answers = {};
  const attempt = (failures, name, compute) => {
    try {
      compute();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      failures[name] = error.message;
    }
  };
  for (const input of sheet.inputs) {
    const given = values[input.name];
    const value = given === undefined ? input.default : given;
    known[input.name] = value;
    attempt(problems, input.name, () => checkInput(input, value));
  }
  const lists = sheet.inputs.filter((input) => input.list).map((input) => input.name);
  for (const line of sheet.lines) {
    const missing = line.uses.find((name) => name in causes);
    if (missing !== undefined) {
      causes[line.name] = causes[missing];
      answers[line.name] = { error: "`" + missing + "` is unknown, but must be known for `"
        + line.name + "`: " + causes[missing] };
      continue;
    }
    const problem = line.uses.find((name) => name in problems);
    if (problem !== undefined) {
      causes[line.name] = problems[problem];
      answers[line.name] = { error: problems[problem] };
      continue;
    }
    attempt(causes, line.name, () => {
      const [first, ...others] = line.uses.filter((name) => lists.includes(name));
      for (const other of others) {
        const lengths = [known[first].length, known[other].length];
        if (lengths[0] === lengths[1]) continue;
        refuseValue(other, lengths[1] + " long", lengths[0] + " long, as `" + first + "` is",
          "the lists belong together");
      }
      const value = line.evaluate(...line.uses.map((name) => known[name])) + 0;
      if (line.words && !(Number.isInteger(value) && value >= 0 && value < line.words.length)) {
        refuseValue(line.name, writeExact(value), "one of " + line.words.join(", "), "there is no other word");
      }
      if (line.choices && !line.choices.some((choice) => choice.value === value)) {
        refuseValue(line.name, writeExact(value), line.allowed, "there is no other choice");
      }
      known[line.name] = value;
      answers[line.name] = { value, text: lineText(line, value) };
    });
    if (line.name in causes) answers[line.name] = { error: causes[line.name] };
  }
  return answers;
}
function lineText(line, value) {
  if (line.words) return line.words[value];
  if (line.choices) return line.choices.find((choice) => choice.value === value).label;
  return withUnit(line.quantity, line.unit, value);
}
const sheets = {};
function addSheet(sheet) {
  sheet.compute = (values = {}) => computeSheet(sheet, values);
  sheets[sheet.id] = sheet;
  for (const { quantity, choices } of [...sheet.inputs, ...sheet.lines]) {
    if (choices && !QUANTITIES[quantity]) CHOICES[quantity] = choices.map(({ label, value }) => [label, value]);
  }
}
