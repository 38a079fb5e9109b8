// The engine of package explain (normalise.go, signal.go, explain.go), once more
// in JavaScript. The two give the same answers; a test compares them. What only
// the page has, the weights of answers, is marked as such.

"use strict";

// Limits of the ranking, as in explain.go and signal.go.
const MAX_TEXT = 64 * 1024; // bytes of UTF-8
const GAP = 60; // characters between two fragments of a phrase
const FLOOR = 0.25; // a hypothesis below it is not shown
const GENERICNESS = 0.35; // what a generic signal is worth without a sign of Remote Desktop
const MOST = 5; // hypotheses shown
const UNKNOWN = "unknown";

// makeExplainer takes the content of signals.json and causes.json.
function makeExplainer(signals, causes) {
  const compiled = signals.map((s) => ({
    ...s,
    phrases: (s.phrases || []).map((p) => p.split("…")),
    codes: (s.codes || []).map((c) => new RegExp(c, "u")),
  }));
  const causeOf = new Map(causes.map((c) => [c.code, c]));

  // explain ranks the causes of a text, the likeliest first. observation is null
  // or what a look at the server has found; answers are {id, found, weights}.
  function explain(text, observation, answers) {
    const found = find(compiled, normalise(text));
    const hypotheses = weigh(found, observation, answers || []);
    hypotheses.sort((a, b) => b.confidence - a.confidence); // stable: of equals, the first in causes.json
    if (hypotheses.length === 0) {
      return [{ cause: causeOf.get(UNKNOWN), confidence: 0, evidence: [] }];
    }
    return hypotheses.slice(0, MOST);
  }

  // weigh combines the signals: what speaks for a cause adds up as independent
  // evidence does, 1 - (1-a)(1-b)…; what speaks against it scales it down.
  function weigh(found, observation, answers) {
    const hits = compiled.filter((s) => found.has(s.id));
    const context = hits.some((s) => s.context);
    const elsewhere = hits.some((s) => s.elsewhere);
    if (elsewhere && !context) return [];
    const sums = new Map(); // cause → {doubt, against, evidence}

    const add = (id, what, weights, factor) => {
      for (const [cause, weight] of Object.entries(weights)) {
        if (!sums.has(cause)) sums.set(cause, { doubt: 1, against: 1, evidence: [] });
        const sum = sums.get(cause);
        if (weight < 0) sum.against *= 1 + weight;
        else sum.doubt *= 1 - weight * factor;
        sum.evidence.push({ signal: id, found: what, weight });
      }
    };

    for (const s of hits) {
      const factor = s.generic && (elsewhere || !context) ? GENERICNESS : 1;
      add(s.id, found.get(s.id), s.weights || {}, factor);
    }
    if (sums.size > 0) {
      const seen = weightsOfObservation(observation);
      if (seen) add(seen.id, seen.found, seen.weights, 1);
    }
    // Only the page has answers. They weigh the causes for which the text speaks:
    // they bring none in, and none that is listed already drops out.
    const confidenceOf = (sum) => (1 - sum.doubt) * sum.against;
    const listed = new Set(causes.filter((c) => sums.has(c.code) && confidenceOf(sums.get(c.code)) >= FLOOR));
    for (const a of answers) {
      const known = Object.entries(a.weights).filter(([cause]) => sums.has(cause));
      add(a.id, a.found, Object.fromEntries(known), 1);
    }

    const all = [];
    for (const cause of causes) {
      const sum = sums.get(cause.code);
      if (!sum) continue;
      const confidence = confidenceOf(sum);
      if (confidence < FLOOR && !listed.has(cause)) continue;
      sum.evidence.sort((a, b) => b.weight - a.weight);
      all.push({ cause, confidence: Math.min(confidence, 0.99), evidence: sum.evidence });
    }
    return all;
  }

  // throughJumpHost reports whether a text tells of client → jump host → server.
  function throughJumpHost(text) {
    return find(compiled, normalise(text)).has("chain.jump");
  }

  return { explain, throughJumpHost };
}

// normalise prepares a text. JavaScript's \s and toLowerCase differ a little from
// Go's, hence the explicit set and the letters one by one.
function normalise(text) {
  const lower = Array.from(cut(text).normalize("NFKC"), (c) => (c === "İ" ? "i" : c.toLowerCase())).join("");
  return {
    spaced: lower.split(/[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u).filter(Boolean).join(" "),
    squeezed: lower.replace(/[^\p{L}\p{Nd}\p{M}]/gu, ""),
  };
}

// cut keeps the first MAX_TEXT bytes, less a character that is cut through.
function cut(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_TEXT) return text;
  let end = MAX_TEXT;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
}

// find returns what each signal found, by its id. Signals are tried in the order
// of the file, so "with" and "without" name earlier ones only.
function find(signals, input) {
  const found = new Map();
  for (const s of signals) {
    if ((s.without || []).some((id) => found.has(id)) || !(s.with || []).every((id) => found.has(id))) continue;
    const what = match(s, input);
    if (what !== null) found.set(s.id, what);
  }
  return found;
}

// match looks for a signal and returns what it found, or null.
function match(signal, input) {
  for (const fragments of signal.phrases) {
    if (inOrder(input.squeezed, fragments)) return fragments.join(" … ");
  }
  for (const code of signal.codes) {
    const m = code.exec(input.spaced);
    if (m) return m[m.length - 1] || "";
  }
  return null;
}

// inOrder finds the fragments one after the other, each at most GAP characters
// behind the one before it.
function inOrder(text, fragments) {
  for (let from = 0; ; ) {
    const i = text.indexOf(fragments[0], from);
    if (i < 0) return false;
    from = i + fragments[0].length;
    if (rest(text.slice(from), fragments.slice(1))) return true;
  }
}

function rest(text, fragments) {
  for (const f of fragments) {
    const near = text.slice(0, 2 * GAP + f.length); // a character is one or two units
    const i = near.indexOf(f);
    if (i < 0 || Array.from(near.slice(0, i)).length > GAP) return false;
    text = text.slice(i + f.length);
  }
  return true;
}

// weightsOfObservation turns a look at the server into a signal: below version 5
// the server lacks the fix whatever the text says; from 5 on it has it.
function weightsOfObservation(o) {
  if (!o || !o.Looked) return null;
  if (o.CredSSPVersion >= 5) {
    return { id: "observed.version", found: String(o.CredSSPVersion), weights: {
      "credssp.server_not_updated": -0.9, "credssp.client_not_updated": 0.3,
      "network.unreachable": -0.8, "network.name": -0.8, "certificate.missing": -0.8,
    } };
  }
  if (o.CredSSPVersion > 0) {
    return { id: "observed.version", found: String(o.CredSSPVersion), weights: {
      "credssp.server_not_updated": 0.7, "credssp.client_not_updated": -0.9, "credssp.client_library_old": -0.9,
      "network.unreachable": -0.8, "network.name": -0.8,
    } };
  }
  if (o.Reach === "unresolved") return { id: "observed.reach", found: o.Reach, weights: { "network.name": 0.9 } };
  if (o.Reach && o.Reach !== "reached") return { id: "observed.reach", found: o.Reach, weights: { "network.unreachable": 0.7 } };
  return null;
}
