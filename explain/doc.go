// Package explain reads what a person saw (a dialog, a log line, an event, a
// code) and ranks the causes it may have.
//
// It knows a closed list of causes, data/causes.json, and signals,
// data/signals.json: fragments of text and codes with the weight each lends to
// a cause. Text is compared after compatibility normalisation (full-width and
// half-width forms are alike), in lower case and, for fragments, without any
// spaces, punctuation and line ends, which is how texts survive being copied.
// The same two files drive the page that a help desk can keep on its intranet.
//
// Texts often name the wrong cause. What a look at the server says
// (Observation) weighs more than any text.
package explain
