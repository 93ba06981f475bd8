// What both pages have: the state of the service, the key, and troubles told in words.
import { bdi, byId, count, el } from "./dom.js";
import { ask, key } from "./service.js";

const PAUSE = 15_000;

/** Tells of a trouble, or with null takes it away. */
export const trouble = (told, retry) => {
  const box = byId("problem");
  box.hidden = !told;
  if (!told) {
    box.replaceChildren();
    return;
  }
  box.replaceChildren(
    el("h2", {}, bdi(told.title)),
    told.detail ? el("p", {}, bdi(told.detail)) : "",
    told.items?.length ? el("ul", {}, told.items.map((item) => el("li", {}, bdi(item)))) : "",
    told.again ? el("p", { text: `Try again in ${count(told.again, "second")}.` }) : "",
    retry ? el("p", { class: "actions" }, el("button", { type: "button", on: { click: retry } }, "Try again")) : "",
  );
  if (told.status === 401) askForKey();
};

export const askForKey = () => {
  byId("key-form").hidden = false;
  byId("key-forget").hidden = !key.get();
};

/** Says at the top whether the service is ready; asks again while it is not. */
export const watchState = async () => {
  const state = byId("state");
  try {
    const answer = await ask("readyz");
    const works = Number.isFinite(answer?.works) ? `, ${count(answer.works, "story", "stories")}` : "";
    state.className = "fine";
    state.textContent = `Service ready${works}`;
  } catch (told) {
    state.className = "state-bad";
    state.textContent = told.status ? `Service not ready: ${told.detail || told.title}` : "The service does not answer";
    setTimeout(watchState, PAUSE);
  }
};

/** The form for the key; `changed` is called when there is another. */
export const keyForm = (changed) => {
  const field = byId("key");
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    key.set(field.value.trim());
    field.value = "";
    askForKey();
    byId("key-help").textContent = key.get() ? "The key is kept in this tab until you close it, and nowhere else." : "No key is kept.";
    trouble(null);
    changed();
  });
  byId("key-forget").addEventListener("click", () => {
    key.set("");
    askForKey();
    byId("key-help").textContent = "No key is kept.";
    field.focus();
  });
};
