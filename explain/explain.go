package explain

import (
	"slices"
	"strconv"
)

// Unknown is the answer where nothing in the text points to a cause.
const Unknown = "unknown"

// Hypothesis is one possible cause.
type Hypothesis struct {
	Cause
	Confidence float64    // 0 to 1
	Evidence   []Evidence // strongest first
}

// Evidence is one signal that was found.
type Evidence struct {
	Signal string  // its id
	Found  string  // the words or the code
	Weight float64 // as lent to this cause
}

// Observation is what a look at the server has found; it weighs more than any
// text. The zero value is "nobody has looked".
type Observation struct {
	Looked         bool
	CredSSPVersion int    // 0: none was read
	Reach          string // as verdict.Reach
	NLA            string // as verdict.NLA
}

// Limits of the ranking.
const (
	floor       = 0.25 // a hypothesis below it is not shown, a text without any is unknown
	genericness = 0.35 // what a generic signal is worth without a sign of Remote Desktop
	most        = 5    // hypotheses shown
)

// Explain ranks the causes of a text, the likeliest first. There is always at
// least one: Unknown.
func Explain(text string, o Observation) []Hypothesis {
	r := load()
	in := normalise(text)
	found := r.find(in)
	hypotheses := r.weigh(found, o)
	slices.SortStableFunc(hypotheses, func(a, b Hypothesis) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return slices.Index(r.order, a.Code) - slices.Index(r.order, b.Code)
	})
	if len(hypotheses) == 0 {
		return []Hypothesis{{Cause: r.causes[Unknown]}}
	}
	return hypotheses[:min(most, len(hypotheses))]
}

// find returns what each signal found, by its id.
func (r *rules) find(in input) map[string]string {
	found := map[string]string{}
	for i := range r.signals {
		s := &r.signals[i]
		if what, ok := s.match(in); ok && s.allowed(found) {
			found[s.ID] = what
		}
	}
	return found
}

// allowed applies With and Without. Signals are tried in the order of the file,
// so both may name earlier ones only.
func (s *Signal) allowed(found map[string]string) bool {
	for _, id := range s.Without {
		if _, ok := found[id]; ok {
			return false
		}
	}
	for _, id := range s.With {
		if _, ok := found[id]; !ok {
			return false
		}
	}
	return true
}

// weigh combines the signals: what speaks for a cause adds up as independent
// evidence does, 1 - (1-a)(1-b)…; what speaks against it scales it down.
func (r *rules) weigh(found map[string]string, o Observation) []Hypothesis {
	context, elsewhere := false, false
	for i := range r.signals {
		s := &r.signals[i]
		if _, ok := found[s.ID]; ok {
			context = context || s.Context
			elsewhere = elsewhere || s.Elsewhere
		}
	}
	if elsewhere && !context {
		return nil
	}
	doubt, against := map[string]float64{}, map[string]float64{}
	evidence := map[string][]Evidence{}
	add := func(id, what string, weights map[string]float64, factor float64) {
		for cause, w := range weights {
			if _, ok := doubt[cause]; !ok {
				doubt[cause], against[cause] = 1, 1
			}
			if w < 0 {
				against[cause] *= 1 + w
			} else {
				doubt[cause] *= 1 - w*factor
			}
			evidence[cause] = append(evidence[cause], Evidence{id, what, w})
		}
	}
	for i := range r.signals {
		s := &r.signals[i]
		what, ok := found[s.ID]
		if !ok {
			continue
		}
		factor := 1.0
		if s.Generic && (elsewhere || !context) {
			factor = genericness
		}
		add(s.ID, what, s.Weights, factor)
	}
	if id, what, weights := o.weights(); len(evidence) > 0 {
		add(id, what, weights, 1)
	}
	var all []Hypothesis
	for _, code := range r.order {
		if len(evidence[code]) == 0 {
			continue
		}
		confidence := (1 - doubt[code]) * against[code]
		if confidence < floor {
			continue
		}
		list := evidence[code]
		slices.SortStableFunc(list, func(a, b Evidence) int {
			switch {
			case a.Weight > b.Weight:
				return -1
			case a.Weight < b.Weight:
				return 1
			}
			return 0
		})
		all = append(all, Hypothesis{Cause: r.causes[code], Confidence: min(confidence, 0.99), Evidence: list})
	}
	return all
}

// weights turns a look at the server into a signal: below version 5 the server
// lacks the fix whatever the text says; from 5 on it has it.
func (o Observation) weights() (id, found string, weights map[string]float64) {
	switch {
	case !o.Looked:
		return "", "", nil
	case o.CredSSPVersion >= 5:
		return "observed.version", strconv.Itoa(o.CredSSPVersion), map[string]float64{
			"credssp.server_not_updated": -0.9, "credssp.client_not_updated": 0.3,
			"network.unreachable": -0.8, "network.name": -0.8, "certificate.missing": -0.8,
		}
	case o.CredSSPVersion > 0:
		return "observed.version", strconv.Itoa(o.CredSSPVersion), map[string]float64{
			"credssp.server_not_updated": 0.7, "credssp.client_not_updated": -0.9, "credssp.client_library_old": -0.9,
			"network.unreachable": -0.8, "network.name": -0.8,
		}
	case o.Reach == "unresolved":
		return "observed.reach", o.Reach, map[string]float64{"network.name": 0.9}
	case o.Reach != "" && o.Reach != "reached":
		return "observed.reach", o.Reach, map[string]float64{"network.unreachable": 0.7}
	}
	return "", "", nil
}

// ThroughJumpHost reports whether a text tells of a chain client → jump host →
// server, where it must be found out first which hop fails.
func ThroughJumpHost(text string) bool {
	r := load()
	_, ok := r.find(normalise(text))["chain.jump"]
	return ok
}
