// Elements made of text. Nothing here or anywhere on these pages takes text for markup.

const FORBIDDEN = /^(on|style$|srcdoc$)/;

/** An element. `given` are attributes; besides `text`, `on` (listeners by event) and `data`. Empty attributes are left out. */
export const el = (name, given = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key === "text") made.textContent = value;
    else if (key === "on") Object.entries(value).forEach(([event, act]) => made.addEventListener(event, act));
    else if (key === "data") Object.assign(made.dataset, value);
    else if (FORBIDDEN.test(key)) throw new TypeError(`${key} is not set from here`);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined && value !== "") made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
};

/** Foreign text, whose direction of writing must not reach what stands beside it. */
export const bdi = (text) => el("bdi", { text: oneLine(text) });

export const byId = (id) => document.getElementById(id);

/** A name of ours as a class; a name from a report may be anything. */
export const nameClass = (name) => (/^[a-z][a-z-]*$/.test(name) ? name : "unknown");

// the same as checker/reports/show.py: one character for one
const picture = (code) => (code < 32 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd");

/** Text for a page: control characters as their pictures, but tabs and line ends stay. */
export const shown = (text) => text
  .replace(/\r\n/g, " \n")
  .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) => picture(found.charCodeAt(0)));

/** Text within a line: line ends and tabs as spaces, and nothing that turns the direction of writing. */
export const oneLine = (text) => String(text ?? "")
  .replace(/[\t\n\r\u0085\u2028\u2029]/g, " ")
  .replace(/[\u0000-\u001f\u007f-\u009f]/g, (found) => picture(found.charCodeAt(0)))
  .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

const format = new Intl.NumberFormat("en-GB");

/** "1,200" */
export const figure = (number) => format.format(Number(number));

/** "1 word", "1,200 words"; `nouns` where the plural is irregular. */
export const count = (number, noun, nouns = `${noun}s`) =>
  `${figure(number)} ${Number(number) === 1 ? noun : nouns}`;

/** A share in per cent; never rounded to none or to all of it. */
export const share = (value) => {
  const percent = value * 100;
  if (percent > 0 && percent < 1) return "under 1 %";
  return `${percent >= 99 && percent < 100 ? 99 : Math.round(percent)} %`;
};

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?\s?(Z|[+-]\d\d:?\d\d)?$/i;

/** "2026-03-01 12:04 UTC"; what is no ISO 8601 as it was written. */
export const moment = (time) => {
  const read = ISO.exec(String(time ?? "").trim());
  if (!read) return oneLine(time).trim();
  const [, day, clock, seconds, zone = ""] = read;
  const utc = /^(z|[+-]00:?00)$/i.test(zone);
  return `${day} ${clock}${seconds && seconds !== "00" ? `:${seconds}` : ""}${zone ? (utc ? " UTC" : ` ${zone}`) : ""}`;
};

/** "412 kB" */
export const size = (bytes) => (bytes < 1000 ? `${bytes} bytes`
  : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** Puts a text on the clipboard; false where the browser lets nobody do that. */
export const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // over plain HTTP there is no clipboard of that kind
    const held = document.activeElement;
    const box = el("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    held?.focus({ preventScroll: true });
    return done;
  }
};

/** Hands a file to the reader. */
export const save = (name, kind, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  const link = el("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
