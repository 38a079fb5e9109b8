// Package page writes the page that a help desk can put on its intranet: paste
// what the user saw, answer at most three questions, and copy a reply to the
// user and a note to the administrator.
//
// The page is one file without any connection to anywhere. It carries the rules
// of package explain, the texts in both languages and explain.js, the engine of
// package explain once more. A test runs both engines over the same texts and
// requires the same answers.
package page
