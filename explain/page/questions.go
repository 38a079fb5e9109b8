package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/fumidai/fumidai/explain"
)

//go:embed questions.json
var questionsFile []byte

// question is one that the page may ask. Which three it asks depends on the
// text: those that separate the likeliest causes best.
type question struct {
	ID      string   `json:"id"`
	Choices []choice `json:"choices"`
}

// choice is one answer. It either stands for what a look at the server has found
// or lends weight to causes for which the text already speaks; an answer alone
// neither brings a cause in nor drops one from the list.
type choice struct {
	ID          string               `json:"id"`
	Observation *explain.Observation `json:"observation,omitempty"`
	Weights     map[string]float64   `json:"weights,omitempty"`
}

// questions reads the embedded file. It is part of the program, so a fault in it
// is a fault of the program; a test loads it.
var questions = sync.OnceValue(func() []question {
	var all []question
	if err := json.Unmarshal(questionsFile, &all); err != nil {
		panic(fmt.Sprintf("explain/page: questions.json: %v", err))
	}
	return all
})
