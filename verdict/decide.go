package verdict

// Decide returns the verdict about one server.
func Decide(f Facts) Verdict {
	var v Verdict
	v.Update, v.Reason = updateOf(f)
	v.NLA = nlaOf(f)
	v.Products = productsOf(f)
	v.Clients = clientsOf(f, v.Update)
	v.Findings = findingsOf(f, v)
	v.Actions = actionsOf(f, v)
	return v
}
