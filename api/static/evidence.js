// What to keep of a check: the report as the service gave it, which draft it was about, and the page as it was seen.
import { byId, el, figure, oneLine, save } from "./dom.js";

/** What the saved page may do: nothing but its own style, which is named by its hash where the browser can make one. */
const policy = async (style) => {
  const sum = globalThis.crypto?.subtle && await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const source = sum ? `'sha256-${btoa(String.fromCharCode(...new Uint8Array(sum)))}'` : "'unsafe-inline'";
  return `default-src 'none'; style-src ${source}; base-uri 'none'; form-action 'none'`;
};

/** SHA-256 in hexadecimal; null where the browser has no cryptography (over plain HTTP from another machine). */
export const digest = async (bytes) => {
  if (!globalThis.crypto?.subtle) return null;
  const sum = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Of what was sent: a file's bytes, or a text's UTF-8. */
export const stamp = async (sent) => {
  const bytes = sent.file ? await sent.file.arrayBuffer() : new TextEncoder().encode(sent.text);
  return {
    name: sent.file ? sent.file.name : "",
    of: sent.file ? "the bytes of the file" : "the text in UTF-8",
    bytes: bytes.byteLength,
    sha256: await digest(bytes),
  };
};

const fileName = (sent, ending) => {
  const name = oneLine(sent.file?.name ?? "draft").replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80);
  return `wirecheck-${name}.${ending}`;
};

/** The answer without the texts that the page asked back for: a report never holds its draft. */
const bare = ({ reports, ...answer }) => {
  const { text, ...report } = answer;
  return reports ? { ...report, reports: reports.map(bare) } : report;
};

/** The report as JSON, with what tells the draft. */
export const saveJson = async (answer, sent, when) => {
  const evidence = { evidence: "wirecheck.evidence/1", checked: when, draft: await stamp(sent), answer: bare(answer) };
  save(fileName(sent, "json"), "application/json", `${JSON.stringify(evidence, null, 2)}\n`);
};

/** The report as it is on the page, in one file without a script. */
export const savePage = async (sent, when) => {
  const known = await stamp(sent);
  const styles = await Promise.all(["static/report.css", "static/page.css"].map(async (path) => (await fetch(path)).text()));
  const style = styles.join("\n");
  const copied = byId("result").cloneNode(true);
  copied.querySelectorAll("button, .bar, .actions").forEach((element) => element.remove());
  copied.querySelectorAll("details").forEach((element) => { element.open = true; });
  copied.querySelectorAll(".on").forEach((element) => element.classList.remove("on"));
  const about = [
    `Checked ${when}.`, known.name ? `File: ${oneLine(known.name)}.` : "",
    `${figure(known.bytes)} bytes; ${known.sha256 ? `SHA-256 of ${known.of}: ${known.sha256}` : "SHA-256 not known"}.`,
  ].filter(Boolean);
  const body = el("body", {},
    el("header", { class: "top" }, el("h1", { class: "brand", text: "Wirecheck" }), el("p", { class: "fine", text: byId("disclaimer").textContent })),
    el("main", {}, copied),
    el("footer", {}, el("p", { class: "fine" }, el("bdi", { text: about.join(" ") }))),
  );
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${await policy(style)}">`
    + '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
    + `<title>Wirecheck report</title><style>${style}</style>`;
  save(fileName(sent, "html"), "text/html", `<!doctype html>\n<html lang="en"><head>${head}</head>\n${body.outerHTML}</html>\n`);
};
