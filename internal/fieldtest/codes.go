package fieldtest

import "slices"

// Codes lists the codes of all texts that this package refers to.
func Codes() []string {
	all := slices.Concat(fileCodes, []string{AboutCode, "fieldtest.address", "fieldtest.not_a_checkout", "fieldtest.unreachable",
		"fieldtest.guide.runs", "fieldtest.guide.settles"})
	for _, k := range Kinds() {
		all = append(all, "fieldtest.kind."+string(k), "fieldtest.records."+string(k))
	}
	for _, s := range Steps() {
		all = append(all, s.Code("title"), s.Code("do"))
	}
	for _, c := range Claims() {
		all = append(all, c.Code())
	}
	for _, q := range questions {
		all = append(all, q.Code())
		for _, choice := range q.Choices {
			all = append(all, q.ChoiceCode(choice))
		}
	}
	return all
}
