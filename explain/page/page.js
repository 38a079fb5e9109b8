// The page itself. Everything a person has pasted reaches the document through
// textContent or the value of a text box, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const explainer = makeExplainer(data.signals, data.causes);
const ASKED = 3; // questions at most

const box = document.getElementById("reported");
const answers = new Map(); // id of a question → id of the choice
let lang = data.lang;

// ---- texts

// text returns the words of a code in the language shown; words in braces are
// replaced once, so that braces in a pasted text stay what they are.
function text(code, args) {
  const message = data.texts[lang][code] ?? "[" + code + "]";
  return message.replace(/\{[a-z_]+\}/g, (name) => args?.[name.slice(1, -1)] ?? name);
}

const label = (name, args) => text("explain.page." + name, args);
const title = (cause) => text("explain.cause." + cause.code);
const detail = (cause) => text("explain.cause." + cause.code + ".detail");
const side = (cause) => text("explain.side." + cause.side);
const percent = (h) => label("confidence", { percent: Math.round(100 * h.confidence) });
const forUser = (code) => code.startsWith("explain.missing.user.");
const bullets = (codes) => codes.map((c) => (lang === "ja" ? "・" : "- ") + text(c)).join("\n");
const list = (items, comma) => items.join(lang === "ja" ? "、" : comma) || label("none");

// ---- elements

function element(name, className, ...content) {
  const e = document.createElement(name);
  if (className) e.className = className;
  e.append(...content);
  return e;
}

const items = (codes) => element("ul", "", ...codes.map((c) => element("li", "", text(c))));
const part = (heading, ...content) => [element("h3", "", label(heading)), ...content];

// ---- questions

// choose takes the questions whose answers separate the likeliest causes best.
// With one cause left, those that could shake it.
function choose(hypotheses) {
  const codes = hypotheses.slice(0, 3).map((h) => h.cause.code);
  if (codes.includes(UNKNOWN)) return [];
  const spread = (question) => Math.max(...question.choices.map((choice) => {
    const weights = choice.weights || weightsOfObservation(choice.observation)?.weights || {};
    const effects = codes.map((c) => weights[c] || 0);
    if (effects.length === 1) effects.push(0);
    return Math.max(...effects) - Math.min(...effects);
  }));
  const useful = data.questions.map((question) => ({ question, spread: spread(question) })).filter((q) => q.spread > 0);
  useful.sort((a, b) => b.spread - a.spread);
  const chosen = useful.slice(0, ASKED).map((q) => q.question);
  return data.questions.filter((q) => chosen.includes(q));
}

// given collects the answers to the questions asked.
function given(asked) {
  const all = { observation: null, answers: [], words: [] };
  for (const question of asked) {
    const choice = question.choices.find((c) => c.id === answers.get(question.id));
    if (!choice) continue;
    const name = "question." + question.id;
    const words = label(name + "." + choice.id);
    all.words.push(label(name) + " " + words);
    if (choice.observation) all.observation = choice.observation;
    if (choice.weights) all.answers.push({ id: label("answered"), found: words, weights: choice.weights });
  }
  return all;
}

let shown = ""; // which questions are in the document, in which language

function showQuestions(asked) {
  document.getElementById("questions").hidden = asked.length === 0;
  const now = lang + asked.map((q) => q.id);
  if (now === shown) return; // keeps the focus of the keyboard
  shown = now;
  document.getElementById("question-list").replaceChildren(...asked.map((question) => {
    const name = "question." + question.id;
    const set = element("fieldset", "", element("legend", "", label(name)));
    for (const id of [...question.choices.map((c) => c.id), ""]) {
      const radio = element("input");
      radio.type = "radio";
      radio.name = question.id;
      radio.checked = (answers.get(question.id) || "") === id;
      radio.addEventListener("change", () => { answers.set(question.id, id); show(); });
      set.append(element("label", "choice", radio, element("span", "", id ? label(name + "." + id) : label("not_known"))));
    }
    return set;
  }));
}

// ---- result

function evidenceOf(hypothesis) {
  return element("ul", "evidence", ...hypothesis.evidence.map((e) => {
    const line = element("li");
    if (e.found) line.append(element("q", "", e.found));
    line.append(element("code", "", e.signal));
    if (e.weight < 0) line.append(element("em", "", label("against")));
    return line;
  }));
}

function meterOf(hypothesis) {
  const bar = element("i");
  bar.style.width = 100 * hypothesis.confidence + "%";
  const line = element("span", "", bar);
  line.setAttribute("aria-hidden", "true");
  return element("div", "meter", line, element("span", "", percent(hypothesis)));
}

function showResult(hypotheses, chain) {
  const [best, ...others] = hypotheses;
  const cause = best.cause;
  const unknown = cause.code === UNKNOWN;
  const nodes = [
    element("span", "side", label("side") + ": ", element("b", "", side(cause))),
    element("h3", "cause", title(cause)),
    ...(unknown ? [] : [meterOf(best)]),
    element("p", "", detail(cause)),
    ...(chain ? [element("div", "chain", element("h3", "", text("explain.chain")), element("p", "", text("explain.chain.detail")))] : []),
    element("div", "next", ...part("check", element("p", "", text(cause.next_check)))),
  ];
  for (const [heading, codes] of [["ask_user", cause.missing.filter(forUser)], ["ask_administrator", cause.missing.filter((c) => !forUser(c))], ["fix", cause.fix]]) {
    if (codes.length > 0) nodes.push(...part(heading, items(codes)));
  }
  nodes.push(element("div", "never", ...part("never", items(cause.never))));
  if (best.evidence.length > 0) nodes.push(...part("evidence", evidenceOf(best)));
  if (others.length > 0) {
    nodes.push(...part("others", ...others.map((h) => element("details", "",
      element("summary", "", title(h.cause), element("span", "", percent(h))),
      element("p", "", detail(h.cause)), element("p", "", label("check") + ": " + text(h.cause.next_check)), evidenceOf(h)))));
  }
  document.getElementById("result").replaceChildren(...nodes);
  document.getElementById("spoken").textContent = side(cause) + ": " + title(cause) + (unknown ? "" : ", " + percent(best));
}

// ---- letters

function fill(id, content) {
  const area = document.getElementById(id);
  area.value = content;
  area.style.height = "auto";
  area.style.height = area.scrollHeight + 2 + "px";
}

function showLetters(hypotheses, chain, words) {
  const [best, ...others] = hypotheses;
  const cause = best.cause;
  const unknown = cause.code === UNKNOWN;
  fill("reply", label(unknown ? "reply_unknown" : "reply_text", {
    title: title(cause), detail: detail(cause), ask: bullets(cause.missing.filter(forUser)),
  }));
  const check = text(cause.next_check);
  fill("escalation", label("escalation_text", {
    title: title(cause), code: cause.code, side: side(cause), confidence: unknown ? label("not_known") : percent(best),
    others: list(others.map((h) => title(h.cause)), "; "), answers: list(words, "; "),
    evidence: list(best.evidence.map((e) => (e.found ? "“" + e.found + "” (" + e.signal + ")" : e.signal) + (e.weight < 0 ? " – " + label("against") : "")), "; "),
    check: chain ? text("explain.chain") + "\n" + text("explain.chain.detail") + "\n\n" + check : check,
    fix: bullets(cause.fix), never: bullets(cause.never), ask: bullets(cause.missing), text: box.value.trim(),
  }));
}

// copy works on an intranet page without TLS too, where navigator.clipboard does
// not exist.
async function copy(button) {
  const area = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(area.value);
  } catch {
    area.select();
    document.execCommand("copy");
  }
  button.textContent = document.getElementById("copied").textContent = label("copied");
  setTimeout(() => { button.textContent = label("copy"); document.getElementById("copied").textContent = ""; }, 2000);
}

// ---- the whole

function show() {
  const reported = box.value;
  const any = reported.trim() !== "";
  for (const id of ["result", "letters"]) document.getElementById(id).hidden = !any;
  document.getElementById("empty").hidden = any;
  if (!any) {
    showQuestions([]);
    document.getElementById("spoken").textContent = "";
    return;
  }
  const asked = choose(explainer.explain(reported)); // by the text alone: questions do not jump about
  const { observation, answers: weights, words } = given(asked);
  const hypotheses = explainer.explain(reported, observation, weights);
  const chain = explainer.throughJumpHost(reported);
  showQuestions(asked);
  showResult(hypotheses, chain);
  showLetters(hypotheses, chain, words);
}

function speak(language) {
  lang = language;
  document.documentElement.lang = lang;
  document.title = "Fumidai – " + label("title");
  for (const e of document.querySelectorAll("[data-text]")) e.textContent = label(e.dataset.text);
  for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", label(e.dataset.label));
  for (const e of document.querySelectorAll("[data-placeholder]")) e.placeholder = label(e.dataset.placeholder);
  for (const e of document.querySelectorAll("[data-lang]")) e.setAttribute("aria-pressed", String(e.dataset.lang === lang));
  show();
}

// fromFragment lets a ticket system open the page with a text: #lang=ja&text=…
// What stands behind "#" is not sent to the web server.
function fromFragment() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (fragment.has("text")) box.value = fragment.get("text");
  speak(Object.hasOwn(data.texts, fragment.get("lang")) ? fragment.get("lang") : lang);
}

let timer;
box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 150); });
document.getElementById("clear").addEventListener("click", () => { box.value = ""; answers.clear(); shown = ""; show(); box.focus(); });
for (const e of document.querySelectorAll("[data-lang]")) e.addEventListener("click", () => speak(e.dataset.lang));
for (const e of document.querySelectorAll("[data-copy]")) e.addEventListener("click", () => copy(e));
window.addEventListener("hashchange", fromFragment);
fromFragment();
