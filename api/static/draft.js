// The draft: its text once, character by character, with what was found marked in it.
import { bdi, el, shown } from "./dom.js";
import { draftPieces, stretches } from "./pieces.js";
import * as say from "./say.js";
import { classes } from "./cards.js";

const BLOCK = 1_500;

/** What there is of the draft, with marks for the findings in `found`: its `nodes`, how many links to findings there
 * are (`calls`), and `more`, which fills so many blocks in their order and answers how many are still empty. */
export const draft = (report, text, found) => {
  const waiting = [];
  const nodes = built(report, text, found, waiting);
  const calls = waiting.reduce((sum, [, makers]) => sum + makers.filter((maker) => maker.calls).length, 0);
  let made = 0;
  const more = (most) => {
    for (const [box, makers] of waiting.slice(made, made + most)) box.append(...makers.map((maker) => maker.make()));
    made = Math.min(made + most, waiting.length);
    return waiting.length - made;
  };
  return { nodes, calls, more };
};

const built = (report, text, found, waiting) => {
  const parts = stretches(report, text);
  if (!parts.length) {
    return [el("p", { class: "fine" }, report.submitted.characters
      ? "Nothing was found in it. The words of this kind of file are not shown here."
      : "The text is empty.")];
  }
  if (text) return [el("div", { class: "text", dir: "auto" }, marked(parts[0], found, waiting))];
  return [
    el("p", { class: "fine", text: "The passages that were found, in the order of the file. What stands between them is not shown." }),
    parts.map((part) => el("div", { class: "stretch" }, where(part.passage),
      el("div", { class: "text", dir: "auto" }, marked(part, found.filter((one) => inside(one.passage, part)), waiting)))),
  ].flat();
};

const where = (passage) => {
  const said = [say.whereabouts(passage), say.label(passage)].filter(Boolean).join(", ");
  return said ? el("p", { class: "fine" }, bdi(said)) : null;
};

const inside = (passage, part) => {
  const start = passage.text_start ?? passage.start;
  return start >= part.base && start < part.end;
};

/** A stretch with its marks, in blocks of some lines, of which the browser lays out those in view (`.block`). */
const marked = (part, found, waiting) => {
  const text = shown(part.text);
  const blocks = [[]];
  let begun = 0;
  const marks = (piece, inside) => ({ make: () => mark(piece, inside) });
  for (const piece of draftPieces(part, found)) {
    blocks.at(-1).push(...piece.begins.map((one) => ({ calls: true, make: () => call(one) })));
    let at = piece.start;
    for (let end = ends(text, begun + BLOCK, at, piece.end); end; end = ends(text, begun + BLOCK, at, piece.end)) {
      blocks.at(-1).push(marks(piece, text.slice(at, end)));
      blocks.push([]);
      at = begun = end;
    }
    if (at < piece.end) blocks.at(-1).push(marks(piece, text.slice(at, piece.end)));
  }
  return blocks.filter((block) => block.length).map((makers) => {
    const box = el("div", { class: "block" });
    waiting.push([box, makers]);
    return box;
  });
};

/** Behind the first line end after `least` within a piece; 0 where there is none. */
const ends = (text, least, start, end) => {
  const found = text.indexOf("\n", Math.max(least, start));
  return found >= 0 && found + 1 < end ? found + 1 : 0;
};

/** The link to what is said of a finding; the style draws number and status, which are no part of the text. */
const call = (one) => {
  const name = one.match ? "Passage" : "Notice";
  const from = one.match ? `; from ${say.title(one.match.source)}` : "";
  return el("a", {
    class: "call", id: `d${one.key}`, href: `#s${one.key}`,
    "aria-label": `${name} ${one.number.replace("§", "")}: ${say.headline(one)}${from}`,
    data: { n: one.number, ...(one.match && one.match.status !== "copied" ? { s: say.status(one.match) } : {}) },
  });
};

/** A piece of the text. Where several findings cover it the gravest gives the colour. */
const mark = (piece, inside) => {
  if (!piece.over.length) return inside;
  const gravest = piece.over.reduce((best, one) => (say.gravity(one.said) < say.gravity(best.said) ? one : best));
  const more = piece.over.filter(({ match }) => match).length > 1 ? " more" : "";
  const said = piece.quoted && gravest.said.status !== "quoted" ? " said" : "";
  return el("mark", { class: `m ${classes(gravest)}${more}${said}`, data: { m: piece.over.map(({ key }) => key).join(" ") } },
    piece.changed ? el("ins", { text: inside }) : inside);
};
