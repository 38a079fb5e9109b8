package card

// Page is what a card shows: one of its fields is set.
type Page struct {
	Explanation *Explanation
	List        *List
	Waiting     *Waiting
}

// Explanation says why there is no connection: what happened, on whose side, and
// what to do.
type Explanation struct {
	Code     string         // one of Codes; another is shown as "internal"
	Args     map[string]any // "host" is shown below the title: the name of the destination
	HelpCode string         // what the help desk wants to hear, as in "FD-1204-7K"; may be empty
}

// List is a choice.
type List struct {
	TitleCode string         // a key of internal/i18n, such as TitleDestinations
	Args      map[string]any // the values in it
	Items     []Item
}

// Item is one line of a List.
type Item struct {
	Name   string
	Detail string // may be empty
}

// Waiting says what is being waited for.
type Waiting struct {
	Code string         // a key of internal/i18n whose ".detail" says more, such as WaitingForHost
	Args map[string]any // the values in both; "host" as for an Explanation
}

// Titles of a List.
const (
	TitleDestinations = "card.list.destinations"
	TitleSessions     = "card.list.sessions"
)

// What a Waiting page waits for.
const (
	WaitingForHost     = "card.waiting.host"     // the destination to answer
	WaitingForApproval = "card.waiting.approval" // somebody to approve of the connection
	WaitingForRestart  = "card.waiting.restart"  // the destination to come up again
	WaitingForPlace    = "card.waiting.place"    // another connection to end
)

// ActionKind is what a person decided.
type ActionKind uint8

// The decisions.
const (
	None   ActionKind = iota
	Close             // the person has read it, or wants nothing of it
	Choose            // an item of a List
)

// Action is what an input event led to.
type Action struct {
	Kind ActionKind
	Item int // with Choose: the index in List.Items
}

// known puts an explanation in place of what the card has no texts for: a
// failure without a page would be a black screen.
func (p Page) known() Page {
	if p.List != nil || p.Waiting != nil {
		return p
	}
	e := Explanation{Code: codeInternal}
	if p.Explanation != nil {
		e = *p.Explanation
		if _, ok := sides[e.Code]; !ok {
			e.Code = codeInternal
		}
	}
	return Page{Explanation: &e}
}
