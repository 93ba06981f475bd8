// A report cut into pieces for showing: where findings begin and end, and what differs within them.
// As checker/reports/pieces.py. Offsets of a report are code points; those of JavaScript's strings are UTF-16 units.

/** Leads from code points of a text, counted from `base`, to positions in its string. */
export class Ruler {
  constructor(text, base = 0) {
    this.base = base;
    this.length = text.length;
    this.positions = null;
    if (/[\ud800-\udfff]/.test(text)) {
      this.positions = [];
      let at = 0;
      for (const character of text) {
        this.positions.push(at);
        at += character.length;
      }
      this.positions.push(at);
    }
    this.points = this.positions ? this.positions.length - 1 : text.length;
  }

  at(offset) {
    const point = Math.min(Math.max(offset - this.base, 0), this.points);
    return this.positions ? this.positions[point] : point;
  }

  span([start, end]) {
    return [this.at(start), this.at(end)];
  }
}

/** Code points in a text. */
export const points = (text) => new Ruler(text).points;

/** Where a passage stands in the text that was matched, in code points. */
export const place = (passage) => [passage.text_start ?? passage.start, passage.text_end ?? passage.end];

/** Findings of a report in one list: `key` is "3" for a passage, "n3" for a notice. */
export const findings = (report) => [
  ...report.matches.map((match, index) => ({
    key: `${index + 1}`, number: `${index + 1}`, match, passage: match.submitted, said: match,
    edits: match.edits ?? [], quoted: match.quoted ?? [], order: index,
  })),
  ...report.notices.map((notice, index) => ({
    key: `n${index + 1}`, number: `§${index + 1}`, notice, passage: notice, said: notice, edits: [], quoted: [],
    order: report.matches.length + index,
  })),
];

/** Whether a text is the one that was matched, to the letter. */
export const isThe = (text, report) => {
  const ruler = new Ruler(text);
  return ruler.points === report.submitted.characters && findings(report).every(({ passage }) => {
    const [start, end] = ruler.span(place(passage));
    return text.slice(start, end) === passage.text;
  });
};

/** What there is of the draft to show: all of it, or where nobody has it the passages that were found, in order. */
export const stretches = (report, text) => {
  if (text) return [{ base: 0, text, passage: null }];
  const made = [];
  const order = findings(report).map(({ passage }) => ({ passage, span: place(passage) }))
    .sort((one, other) => one.span[0] - other.span[0] || other.span[1] - one.span[1]);
  for (const { passage, span: [start, end] } of order) {
    const last = made.at(-1);
    if (!last || start >= last.end) {
      made.push({ base: start, end, text: passage.text, passage });
    } else if (end > last.end) {
      last.text += passage.text.slice(new Ruler(passage.text, start).at(last.end));
      last.end = end;
    }
  }
  return made;
};

/** Spans that differ, in positions of `text`, merged and in order, without white space at their ends. */
export const changes = (edits, side, ruler, text) => merged(
  edits.filter((edit) => edit.change !== "equal").map((edit) => ruler.span(edit[side])),
).map(([low, high]) => {
  const inside = text.slice(low, high);
  return [low + inside.length - inside.trimStart().length, high - inside.length + inside.trimEnd().length];
}).filter(([low, high]) => low < high);

const merged = (spans) => {
  const made = [];
  for (const [low, high] of spans.toSorted((one, other) => one[0] - other[0])) {
    if (low >= high) continue;
    if (made.length && low <= made.at(-1)[1]) made.at(-1)[1] = Math.max(high, made.at(-1)[1]);
    else made.push([low, high]);
  }
  return made;
};

/** text in pieces, `changed` where a span says so. */
export const cut = (spans, length) => {
  const made = [];
  let at = 0;
  for (const [low, high] of spans) {
    if (at < low) made.push({ start: at, end: low, changed: false });
    if (Math.max(at, low) < high) made.push({ start: Math.max(at, low), end: high, changed: true });
    at = Math.max(at, high);
  }
  if (at < length) made.push({ start: at, end: length, changed: false });
  return made;
};

const within = (spots, offset) => {
  let [low, high] = [0, spots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spots[middle][0] <= offset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && offset < spots[low - 1][1];
};

/**
 * A stretch in pieces, end to end; each lies within the same findings throughout. `over` are the findings that cover it,
 * `begins` those that begin there; `changed` says that it differs from the other side of the first passage over it.
 */
export const draftPieces = ({ base, text }, found) => {
  const ruler = new Ruler(text, base);
  const marks = found.map((one) => ({
    ...one,
    span: ruler.span(place(one.passage)),
    spots: changes(one.edits, "submitted", ruler, text),
  })).filter(({ span: [start, end] }) => start < end);
  const quotes = merged(marks.flatMap(({ quoted }) => quoted.map((span) => ruler.span(span))));
  const cuts = new Set([0, text.length, ...quotes.flat()]);
  const opening = new Map();
  for (const mark of marks) {
    for (const offset of [...mark.span, ...mark.spots.flat()]) cuts.add(offset);
    opening.set(mark.span[0], [...(opening.get(mark.span[0]) ?? []), mark]);
  }
  const order = [...cuts].sort((one, other) => one - other);
  let over = [];
  return order.slice(0, -1).map((start, index) => {
    const begins = opening.get(start) ?? [];
    over = [...over.filter(({ span }) => span[1] > start), ...begins].sort((one, other) => one.order - other.order);
    const first = over.find(({ match }) => match);
    return {
      start, end: order[index + 1], over, begins,
      changed: Boolean(first) && within(first.spots, start),
      quoted: Boolean(first) && within(quotes, start),
    };
  });
};
