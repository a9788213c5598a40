// Keeps the telephones and the wire up to date (one long poll) and does what is pressed and typed.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const MOST_LINES = 200, MOST_BY_THEMSELVES = 24, POLL = 25, AGAIN = 2000;
const KINDS = {
  "voice": "Asks what to do", "screening": "Asks before the bridge", "conference-wait": "Asks while waiting",
  "queue-wait": "Asks while queuing", "queue-whisper": "Asks before leaving the queue", "message": "A text came in",
  "call-status": "Call", "conference-status": "Conference", "message-status": "Text", "recording-status": "Recording",
  "media": "Fetches a picture", "caller-id": "A caller ID is verified", "transcription": "Transcription", "amd": "Who answered", "gather-partial": "Words so far",
};
const TOLD = ["Digits", "SpeechResult", "DialCallStatus", "QueueResult", "StatusCallbackEvent", "MessageStatus", "RecordingStatus",
  "TranscriptionStatus", "VerificationStatus", "AnsweredBy", "OptOutType", "Body"];
const telephones = new Map();

function element(name, words = "", className = "") {
  const made = document.createElement(name);
  made.textContent = words;
  if (className) made.className = className;
  return made;
}

async function ask(path, body) {
  const answer = await fetch(`/sandbox/${path}`, body && { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.message || `It answered ${answer.status}.`);
  }
  return answer;
}

function complain(place, error) {
  place.textContent = error ? error.message : "";
  place.hidden = !error;
}

function who(number) {
  const known = telephones.get(number), house = $(`#houses option[value="${CSS.escape(number)}"]`);
  if (known) return known.name;
  if (house && house.textContent) return house.textContent;
  return number.replace(/^whatsapp:/, "").replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 ($1) $2-$3") || "somebody";
}

class Telephone {
  constructor(card) {
    this.card = card;
    this.number = card.dataset.number;
    this.name = card.dataset.name;
    this.parts = Object.fromEntries([...card.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.link = element("a", this.name, "strip-one");
    this.link.href = `#${card.id}`;
    $("#strip").append(this.link);
    card.addEventListener("click", (event) => this.clicked(event.target.closest("button")));
    card.addEventListener("submit", (event) => this.submitted(event));
    card.addEventListener("keydown", (event) => this.typed(event));
    this.parts.machine.addEventListener("change", () => this.act(...(this.parts.machine.checked
      ? ["machine", { greeting: `This is ${this.name}. Please leave a message.`, after: 8 }] : ["person", {}])));
    $(".texts", card).addEventListener("toggle", () => this.looks());
    this.unread = 0;
    this.unseen = [];
    this.state("idle", card.dataset.channel === "whatsapp" ? "WhatsApp" : "on the hook");
  }

  async act(action, how = {}) {
    try {
      await ask(`phones/${encodeURIComponent(this.number)}/${action}`, how);
      complain(this.parts.trouble);
      return true;
    } catch (error) {
      complain(this.parts.trouble, error);
      return false;
    }
  }

  clicked(button) {
    if (!button || button.disabled) return;
    if (button.dataset.do) this.act(button.dataset.do);
    if (button.dataset.key) this.press(button.dataset.key);
  }

  typed(event) {
    const free = !event.target.closest("input, textarea") && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (free && this.card.dataset.state === "talking" && /^[0-9*#]$/.test(event.key)) {
      event.preventDefault();
      this.press(event.key);
    }
  }

  press(key) {
    const button = $(`[data-key="${key}"]`, this.card);
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), 160);
    this.act("press", { keys: key });
  }

  async submitted(event) {
    event.preventDefault();
    const form = event.target, told = Object.fromEntries(new FormData(form));
    const doing = form.dataset.form;
    if (doing === "text") {
      const file = told.picture && told.picture.size ? told.picture : null;
      if (!told.body.trim() && !told.media && !file) return complain(this.parts.trouble, new Error("Write a text, or give a picture."));
      told.media = [...(told.media ? [told.media] : []), ...(file ? [await written(file)] : [])];
      delete told.picture;
    }
    if (await this.act(doing, told)) {
      for (const field of form.querySelectorAll("[name=text], [name=body], [name=media], [name=picture]")) field.value = "";
    }
  }

  state(state, words) {
    const held = this.card.contains(document.activeElement) ? document.activeElement : null;
    this.card.dataset.state = this.link.dataset.state = state;
    this.parts.state.textContent = words;
    this.link.setAttribute("aria-label", `${this.name}, ${words}`);
    this.parts.ringing.hidden = state !== "ringing";
    const talking = state === "talking";
    for (const one of this.card.querySelectorAll("[data-key], [data-form=say] *")) one.disabled = !talking;
    $("[data-do=hang_up]", this.card).hidden = !talking;
    $("[data-form=dial]", this.card).hidden = state !== "idle";
    if (!talking) delete $(".keypad", this.card).dataset.wanted;
    if (held && (held.disabled || held.closest("[hidden]"))) {
      const next = { ringing: "[data-do=answer]", talking: "[data-do=hang_up]", idle: "[data-form=dial] button" }[state];
      $(next, this.card).focus({ preventScroll: true });
    }
  }

  line(words, className = "", from = "") {
    const line = element("li", "", className);
    if (from) line.append(element("span", from, "who"));
    line.append(words);
    const heard = this.parts.heard;
    const atEnd = heard.scrollHeight - heard.scrollTop - heard.clientHeight < 60;
    heard.append(line);
    while (heard.children.length > MOST_LINES) heard.firstChild.remove();
    if (atEnd || className === "mine") heard.scrollTop = heard.scrollHeight;
  }

  letter(words, media, from, message) {
    const letter = element("li", "", message ? "" : "mine");
    letter.append(element("span", from, "who"), words);
    media.forEach((address, nth) => letter.append(words ? " " : "", picture(address, nth, message)));
    this.parts.letters.append(letter);
    const toTheEnd = () => { this.parts.letters.scrollTop = this.parts.letters.scrollHeight; };
    for (const shown of letter.querySelectorAll("img")) shown.addEventListener("load", toTheEnd);
    toTheEnd();
  }

  // Whoever opens the texts has read them; WhatsApp tells the sender so.
  looks() {
    if (!$(".texts", this.card).open) return;
    this.count(0);
    for (const message of this.unseen.splice(0)) if (this.card.dataset.channel === "whatsapp") this.act("read", { message });
  }

  count(unread) {
    this.unread = unread;
    this.parts.unread.replaceChildren(String(unread), element("span", " new", "unseen"));
    this.parts.unread.hidden = !unread;
  }

  take(event, fresh) {
    const deed = this[`on_${event.kind}`];
    if (deed) deed.call(this, event, fresh);
  }

  on_ring(event, fresh) {
    const told = event.text ? ` (${[...new URLSearchParams(event.text)].map((pair) => pair.join(": ")).join(", ")})` : "";
    this.parts["rung-by"].textContent = `from ${who(event.number)}${told}`;
    this.state("ringing", "ringing");
    this.line(`Rings: ${who(event.number)}${told}`, "note");
    if (fresh) $("#said").textContent = `${this.name}’s telephone rings.`;
  }
  on_ring_stopped() { this.state("idle", "on the hook"); this.line("It stopped ringing", "note"); }
  on_off_hook(event) {
    this.state("talking", event.number ? "calling" : "on the line");
    this.line(event.number ? `Calling ${who(event.number)}` : "Answered", "note");
  }
  on_connected() { this.state("talking", "on the line"); }
  on_hung_up(event) {
    this.state("idle", "on the hook");
    this.line(event.text === "by us" ? "Hung up" : "The line is dead", "note");
  }
  on_heard(event, fresh) {
    const noise = /^\[(.*)\]$/.exec(event.text);
    if (noise) return this.line(`♪ ${noise[1]}`, "note");
    this.line(event.text, "", event.number ? who(event.number) : "");
    if (fresh) voice.say(event.text);
  }
  on_with(event) {
    const names = event.text ? event.text.split(",").map(who).join(", ") : "";
    if (this.card.dataset.state === "talking") this.state("talking", names ? `with ${names}` : "on the line");
    if (names) this.line(`Talking with ${names}`, "note");
  }
  on_listening(event) { $(".keypad", this.card).toggleAttribute("data-wanted", /dtmf|record|star/.test(event.text)); }
  on_text(event, fresh) {
    this.letter(event.text, event.media, who(event.number), event.call);
    this.unseen.push(event.call);
    if ($(".texts", this.card).open) this.looks(); else this.count(this.unread + 1);
    if (fresh) $("#said").textContent = `A text for ${this.name}.`;
  }
  on_auto_text(event, fresh) { this.on_text(event, fresh); }
  on_is(event) {
    if (/^is_an?_(answering_machine|person)/.test(event.text)) this.parts.machine.checked = event.text.includes("machine");
  }
  on_did(event) {
    const [verb, ...rest] = event.text.split(" ");
    const words = rest.join(" ");
    if (verb === "say") this.line(words, "mine", this.name);
    if (verb === "press") this.line(words, "mine", "pressed");
    if (verb === "text") this.letter(words, event.media, `to ${who(event.number)}`, "");
  }
}

// The wire: one line for each webhook, opened for its TwiML; problems in between.
const wire = {
  list: $("#log"), lines: new Map(), count: 0,

  take(item) {
    $("#silence").hidden = true;
    if (item.about === "problem") return this.put(this.problem(item));
    const before = this.lines.get(item.n);
    const line = this.webhook(item, before && $("details", before).open);
    if (before) before.replaceWith(line); else { this.put(line); this.count += 1; }
    this.lines.set(item.n, line);
    $("#count").textContent = this.count === 1 ? "1 webhook" : `${this.count} webhooks`;
  },

  put(line) {
    const atTop = this.list.scrollTop < 20;
    this.list.prepend(line);
    while (this.list.children.length > MOST_LINES) this.list.lastChild.remove();
    if (atTop) this.list.scrollTop = 0;
  },

  clear() {
    this.list.replaceChildren();
    this.lines.clear();
    this.count = 0;
    $("#count").textContent = "Nothing since";
  },

  problem(item) {
    const line = element("li", "", "problem");
    const words = element("span");
    words.append(this.code(item.code), ` ${item.message}`);
    line.append(words, element("span", item.url, "path"));
    return line;
  },

  code(code) {
    const link = element("a", code ? `Problem ${code}` : "Problem");
    if (code) Object.assign(link, { href: `https://www.twilio.com/docs/errors/${code}`, target: "_blank", rel: "noopener noreferrer" });
    return link;
  },

  webhook(item, open) {
    const line = element("li"), details = element("details"), summary = element("summary");
    const told = TOLD.find((name) => item.params[name] !== undefined) || (item.kind === "call-status" && "CallStatus");
    const took = item.milliseconds === null ? "" : ` · ${Math.round(item.milliseconds)} ms`;
    const result = item.status === null ? item.failure || "under way" : `${item.status}${took}`;
    if (item.verdict || item.failure || item.signature === "refused") line.className = "bad";
    const what = element("span", KINDS[item.kind] || item.kind, "what");
    if (told) what.append(element("span", `: ${item.params[told] || "nothing"}`));
    const time = element("time", item.at.slice(11, 19));
    time.dateTime = item.at;
    summary.append(time, what, element("span", result, "result"),
      element("span", `${item.method} ${item.path}${item.attempt || item.copy ? " (again)" : ""}`, "path"));
    details.append(summary);
    details.open = Boolean(open);
    details.addEventListener("toggle", () => details.open && details.children.length < 2 && details.append(this.inside(item)));
    if (open) details.append(this.inside(item));
    line.append(details);
    return line;
  },

  inside(item) {
    const inside = element("div", "", "inside"), list = element("dl");
    const words = { accepted: "signed, and accepted", refused: "signed, and refused by the application",
      unanswered: "signed; nobody answered", pending: "signed; no answer yet" };
    const signature = element("p", `Signature: ${words[item.signature]}`, "signature quiet");
    signature.dataset.verdict = item.signature;
    inside.append(signature);
    if (item.verdict) inside.append(this.code(item.verdict));
    if (item.document) {
      const code = element("pre");
      code.tabIndex = 0;
      code.append(...colours(item.document));
      inside.append(element("h3", "Answered"), code);
    }
    for (const [name, value] of Object.entries(item.params)) if (value) list.append(element("dt", name), element("dd", value));
    inside.append(element("h3", "Told"), list);
    return inside;
  },
};

function colours(document) {
  const pieces = document.split(/(<\/?[\w:-]+|\/?>|\s[\w:-]+(?==")|"[^"]*")/);
  return pieces.filter(Boolean).map((piece) => {
    if (/^<|>$/.test(piece) && piece.length < 40) return element("span", piece, "tag");
    if (/^\s[\w:-]+$/.test(piece)) return element("span", piece, "attr");
    return /^".*"$/.test(piece) ? element("span", piece, "string") : piece;
  });
}

// The clock on the company's wall: it ticks here between two looks at it.
const clock = {
  now: 0, speed: 1, at: 0,
  set(told) {
    Object.assign(this, { now: told.now, speed: told.speed, at: performance.now() });
    for (const one of document.querySelectorAll("[name=speed]")) one.checked = Number(one.value) === told.speed;
  },
  show() {
    if (!this.at) return;
    const moment = new Date((this.now + (performance.now() - this.at) / 1000 * this.speed) * 1000);
    $("#clock").textContent = moment.toISOString().slice(11, 19);
    $("#clock").dateTime = moment.toISOString();
  },
};

async function welcome(number) {
  if (telephones.has(number)) return telephones.get(number);
  const page = await (await ask(`telephones/${encodeURIComponent(number)}`)).text();
  if (telephones.has(number)) return telephones.get(number);
  const card = new DOMParser().parseFromString(page, "text/html").body.firstElementChild;
  $("#phones").append(document.importNode(card, true));
  return settle($("#phones").lastElementChild);
}

function settle(card) {
  const telephone = new Telephone(card);
  telephones.set(telephone.number, telephone);
  $("#nobody").hidden = true;
  return telephone;
}

async function take(item, fresh) {
  if (item.about !== "phone") return wire.take(item);
  const mayCome = telephones.size < MOST_BY_THEMSELVES;
  const known = telephones.get(item.number) || (mayCome && await welcome(item.number).catch(() => null));
  if (known) known.take(item.event, fresh);
}

async function follow() {
  let seen = 0;
  for (let fresh = false; ; fresh = true) {
    try {
      const news = await (await ask(`news?since=${seen}&wait=${fresh ? POLL : 0}`)).json();
      if (news.next < seen) return location.reload();  // another company answers now
      clock.set(news);
      for (const item of news.items) await take(item, fresh);
      seen = news.next;
      for (const one of document.querySelectorAll("[aria-live=off]")) one.setAttribute("aria-live", "polite");
      $("#gone").hidden = true;
    } catch {
      $("#gone").hidden = false;
      await new Promise((go) => setTimeout(go, AGAIN));
    }
  }
}

$("#speeds").addEventListener("change", async (event) => {
  try {
    clock.set(await (await ask("clock", { speed: Number(event.target.value) })).json());
    $("#said").textContent = `Time runs ${event.target.getAttribute("aria-label")}.`;
  } catch (error) {
    $("#said").textContent = error.message;
  }
});
$("#add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const made = await (await ask("people", Object.fromEntries(new FormData(form)))).json();
    const telephone = await welcome(made.number);
    form.reset();
    complain($(".trouble", form));
    telephone.card.scrollIntoView({ block: "nearest" });
    $(telephone.card.dataset.channel === "whatsapp" ? "[name=body]" : "[data-form=dial] input", telephone.card).focus();
  } catch (error) {
    complain($(".trouble", form), error);
  }
});
$("#clear").addEventListener("click", () => wire.clear());
$("#copy").addEventListener("click", async () => {
  const test = await (await ask("repro")).text();
  $("#repro pre").textContent = test;
  const copied = await navigator.clipboard?.writeText(test).then(() => true, () => false);
  $("#repro-state").textContent = copied ? "It is on the clipboard." : "Select it and copy it.";
  $("#repro").showModal();
});
voice.begin();
setInterval(() => clock.show(), 250);
document.querySelectorAll(".phone").forEach(settle);
follow();
