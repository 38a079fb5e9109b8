package input_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/input"
)

// A server echoes what somebody types, whichever way the client sends it.
func Example() {
	events := input.TypeText(nil, "hi ")
	events, err := input.Chord(events, "shift+a")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := input.AppendFastPath(nil, events)
	if err != nil {
		fmt.Println(err)
		return
	}

	received, err := input.ParseFastPath(nil, len(events), body)
	if err != nil {
		fmt.Println(err)
		return
	}
	shift := false
	for _, e := range received {
		down := e.Flags&input.KeyRelease == 0
		switch {
		case e.Kind == input.Scancode && e.Code == 0x2A:
			shift = down
		case e.Kind == input.Scancode && down:
			if r, ok := input.Rune(e.Code, shift); ok {
				fmt.Printf("%c", r)
			}
		case e.Kind == input.Unicode && down:
			fmt.Printf("%c", rune(e.Code))
		}
	}
	fmt.Println()
	// Output: hi A
}
