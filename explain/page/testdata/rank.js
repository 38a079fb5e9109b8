// Runs explain.js over the cases on standard input and prints what it says of
// each. Usage: node rank.js explain.js <cases.json
"use strict";
const fs = require("node:fs");
const makeExplainer = new Function(fs.readFileSync(process.argv[2], "utf8") + "\nreturn makeExplainer;")();
const { signals, causes, cases } = JSON.parse(fs.readFileSync(0, "utf8"));
const { explain, throughJumpHost } = makeExplainer(signals, causes);
const results = cases.map(({ text, observation, answers }) => ({
  chain: throughJumpHost(text),
  ranking: explain(text, observation, answers).map(({ cause, confidence, evidence }) => ({ code: cause.code, confidence, evidence })),
}));
process.stdout.write(JSON.stringify(results));
