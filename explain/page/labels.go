package page

// labelPrefix is what the codes of the page's own words begin with.
const labelPrefix = "explain.page."

// labels lists the page's own words, without the prefix.
func labels() []string {
	all := []string{
		"title", "intro", "private", "noscript", "language",
		"text", "placeholder", "clear",
		"questions", "questions_hint", "not_known",
		"result", "empty", "side", "confidence", "evidence", "against", "answered",
		"ask_user", "ask_administrator", "check", "fix", "never", "others", "none",
		"reply", "reply_text", "reply_unknown", "escalation", "escalation_text", "copy", "copied",
	}
	for _, q := range questions() {
		all = append(all, "question."+q.ID)
		for _, c := range q.Choices {
			all = append(all, "question."+q.ID+"."+c.ID)
		}
	}
	return all
}
