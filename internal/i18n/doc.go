// Package i18n holds every sentence that people read, in English and Japanese,
// keyed by the dotted codes of the other packages.
//
// messages/en.json and messages/ja.json have the same keys in the same order,
// one per line. "<code>" is a title of a few words; "<code>.detail" says what
// it means or what to do. A word in braces is replaced by the argument of that
// name.
package i18n
