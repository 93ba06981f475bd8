// Asks the service, and puts into words why it did not answer.
import { oneLine } from "./dom.js";

const KEY = "wirecheck-key";
const PATIENCE = 120_000;
const GENERAL = {
  401: "This service asks for a key, or the key is not valid.",
  403: "This key may not do that.",
  404: "There is no such thing here.",
  413: "That is more than this service takes at once.",
  415: "This service cannot read that kind of file.",
  429: "Too many requests just now.",
  502: "The service is not there just now.",
  503: "The service is busy or not ready just now.",
  504: "The service took too long.",
};

/** Why there is no answer. `status` is 0 where the service could not be reached. */
export class Trouble extends Error {
  constructor(title, detail = "", { status = 0, items = [], again = 0 } = {}) {
    super(title);
    Object.assign(this, { title, detail, status, items, again });
  }
}

/** The key, kept in this tab only; "" where there is none. */
export const key = {
  get() {
    try {
      return sessionStorage.getItem(KEY) ?? "";
    } catch {
      return this.held;
    }
  },
  set(value) {
    this.held = value;
    try {
      if (value) sessionStorage.setItem(KEY, value);
      else sessionStorage.removeItem(KEY);
    } catch {
      // a browser that keeps nothing: the key lasts as long as the page
    }
  },
  held: "",
};

export const headers = (more = {}) => ({
  Accept: "application/json, application/problem+json",
  ...(key.get() ? { Authorization: `Bearer ${key.get()}` } : {}),
  ...more,
});

/** The trouble that a status, a retry time and a body tell of. */
export const troubleOf = (status, retryAfter, text) => {
  let problem = {};
  try {
    problem = JSON.parse(text) ?? {};
  } catch {
    // a proxy's page: its words are no use to an editor
  }
  const items = (Array.isArray(problem.errors) ? problem.errors : [])
    .map((one) => [one?.pointer, one?.detail].filter(Boolean).map(oneLine).join(": ")).filter(Boolean);
  const again = /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  const title = oneLine(problem.title) || GENERAL[status] || `The service answered with an error (${status}).`;
  return new Trouble(title, oneLine(problem.detail), { status, items, again });
};

const unreachable = () => new Trouble(
  "The service does not answer",
  "It may be restarting, or the network is down. Your text is still here; nothing was lost. Try again in a moment.",
);

/** The answer's JSON, and how it came. Throws Trouble, or an AbortError where `signal` said so. */
export const ask = async (path, { signal, body, json, method, etag } = {}) => {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE);
  signal?.addEventListener("abort", () => stop.abort());
  const sent = json === undefined ? body : JSON.stringify(json);
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method: method ?? (sent === undefined ? "GET" : "POST"),
      body: sent,
      headers: headers({
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(etag ? { "If-Match": etag } : {}),
      }),
      cache: "no-store",
      signal: stop.signal,
    });
    text = await answer.text();
    performance.mark("answer");
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  } finally {
    clearTimeout(patience);
  }
  if (!answer.ok) throw troubleOf(answer.status, answer.headers.get("Retry-After"), text);
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    throw new Trouble("The service's answer could not be read", "Something between here and it may have changed it.");
  }
};

/** Sends with progress, which fetch cannot tell: `progress` gets shares of 0 to 1. */
export const upload = (path, body, progress, signal) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open("POST", path);
  Object.entries(headers()).forEach(([name, value]) => request.setRequestHeader(name, value));
  request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
  request.addEventListener("load", () => {
    if (request.status < 200 || request.status > 299) {
      reject(troubleOf(request.status, request.getResponseHeader("Retry-After"), request.responseText));
      return;
    }
    try {
      resolve(JSON.parse(request.responseText || "null"));
    } catch {
      reject(new Trouble("The service's answer could not be read"));
    }
  });
  request.addEventListener("error", () => reject(unreachable()));
  request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
  signal?.addEventListener("abort", () => request.abort());
  request.send(body);
});
