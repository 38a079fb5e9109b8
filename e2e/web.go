package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumidai/fumidai/e2e/cleanpath"
	"github.com/fumidai/fumidai/interop"
)

// The size of the session and of its picture, in pixels.
const (
	Width  = 800
	Height = 600
)

// Web is a session in a browser. It ends with its test.
type Web struct {
	t    testing.TB
	node *interop.Program
	in   io.Writer
	out  *os.File
	read *bufio.Reader

	mu   sync.Mutex
	ends []error // how the endpoint's connections ended
}

// State is how far the page is.
type State struct {
	State string         `json:"state"` // "loading", "connecting", "connected", "ended" or "failed"
	Kind  string         `json:"kind"`  // of a failure: "RDCleanPath", "NegotiationFailure", ...
	Text  string         `json:"text"`  // why it ended or failed
	Size  map[string]int `json:"size"`  // "width" and "height" of the desktop, once connected
	Logs  []string       `json:"logs"`  // what the page wrote to the browser's console
}

// WebSession opens a session with the server at addr in a browser and returns at
// once; WaitPicture tells when something can be seen.
//
// The endpoint logs on with user, as "DOMAIN\user" if there is a domain, and
// password by Network Level Authentication. A server that wants TLS alone gets the
// user from the browser, and no password.
func WebSession(t testing.TB, addr, user, password string) *Web {
	t.Helper()
	page := filepath.Join(interop.ModuleRoot(t), "build", "e2e", "page")
	if _, err := os.Stat(filepath.Join(page, "index.html")); err != nil {
		t.Fatalf("e2e: the page is not built (make e2e does that): %v", err)
	}
	w := &Web{t: t}
	domain, name, found := strings.Cut(user, `\`)
	if !found {
		domain, name = "", user
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(page)))
	mux.Handle("/rdp", &cleanpath.Endpoint{
		Server: addr, Domain: domain, User: name, Password: []byte(password), Observe: w.ended,
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	cmd := interop.Command(t, "node", filepath.Join(interop.ModuleRoot(t), "e2e", "web", "drive.mjs"),
		fmt.Sprintf("%s/#user=%s&width=%d&height=%d", server.URL, url.QueryEscape(name), Width, Height),
		fmt.Sprint(Width), fmt.Sprint(Height))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = theirs
	w.in, w.out, w.read = stdin, out, bufio.NewReader(out)
	w.node = interop.Start(t, cmd)
	theirs.Close()
	t.Cleanup(func() {
		stdin.Close() // then it closes the browser itself
		select {
		case <-w.node.Done():
		case <-time.After(5 * time.Second):
			w.node.Stop()
		}
		out.Close()
		if t.Failed() {
			t.Logf("e2e: drive.mjs wrote:\n%s\nthe endpoint's connections ended: %v", w.node.Log(), w.Ends())
		}
	})
	return w
}

func (w *Web) ended(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, err)
}

// Ends says how each connection to the endpoint ended so far, nil if in order.
func (w *Web) Ends() []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ends)
}

// command is one line to drive.mjs.
type command struct {
	Do     string `json:"do"`
	Text   string `json:"text,omitempty"`
	Chord  string `json:"chord,omitempty"`
	X      int    `json:"x"`
	Y      int    `json:"y"`
	Button string `json:"button,omitempty"`
}

// answer is its answer.
type answer struct {
	State
	PNG   []byte `json:"png"`
	Error string `json:"error"`
}

// answerTimeout is for a browser that starts on a busy machine.
const answerTimeout = 60 * time.Second

func (w *Web) do(c command) answer {
	w.t.Helper()
	line, err := json.Marshal(c)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		w.t.Fatalf("e2e: the browser is gone: %v\n%s", err, w.node.Log())
	}
	w.out.SetReadDeadline(time.Now().Add(answerTimeout))
	if line, err = w.read.ReadBytes('\n'); err != nil {
		w.t.Fatalf("e2e: no answer from the browser: %v\n%s", err, w.node.Log())
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		w.t.Fatalf("e2e: %v: %.200s", err, line)
	}
	if a.Error != "" {
		w.t.Fatalf("e2e: %s: %s", c.Do, a.Error)
	}
	return a
}

// State asks the page how far it is.
func (w *Web) State() State {
	w.t.Helper()
	return w.do(command{Do: "state"}).State
}

// WaitState waits until the page says that it is so far, and fails the test after
// the timeout.
func (w *Web) WaitState(state string, timeout time.Duration) State {
	w.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		s := w.State()
		if s.State == state {
			return s
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("e2e: not %q but %+v", state, s)
		}
	}
}

// Screenshot returns the session's picture, pixel by pixel, and how far the page
// is. The picture is empty until there is one.
func (w *Web) Screenshot() (*image.RGBA, State) {
	w.t.Helper()
	a := w.do(command{Do: "shot"})
	if len(a.PNG) == 0 {
		return image.NewRGBA(image.Rectangle{}), a.State
	}
	img, err := png.Decode(bytes.NewReader(a.PNG))
	if err != nil {
		w.t.Fatalf("e2e: canvas: %v", err)
	}
	picture := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(picture, picture.Rect, img, img.Bounds().Min, draw.Src)
	return picture, a.State
}

// WaitPicture waits until good says that the session shows what it should, and
// returns that picture. It fails the test after the timeout, or when the session
// ends; the last picture is then in build/interop.
func (w *Web) WaitPicture(good func(*image.RGBA) bool, timeout time.Duration) *image.RGBA {
	w.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		picture, state := w.Screenshot()
		if !picture.Rect.Empty() && good(picture) {
			return picture
		}
		if over := state.State == "failed" || state.State == "ended"; over || time.Now().After(deadline) {
			where := "nothing to see"
			if !picture.Rect.Empty() {
				where = interop.SavePicture(w.t, picture, "last")
			}
			w.t.Fatalf("e2e: the browser does not show the picture: %s; %+v", where, state)
		}
	}
}

// WaitSimilar waits until at most the share atMost (0 to 1) of the pixels differ
// from want by more than the tolerance, and fails like interop.CheckPicture after
// the timeout.
func (w *Web) WaitSimilar(want image.Image, tolerance uint8, atMost float64, timeout time.Duration) *image.RGBA {
	w.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		picture, state := w.Screenshot()
		if c := interop.Compare(picture, want, tolerance); c.SizesMeet && c.Different <= atMost {
			return picture
		}
		if over := state.State == "failed" || state.State == "ended"; over || time.Now().After(deadline) {
			if picture.Rect.Empty() {
				w.t.Fatalf("e2e: nothing to see: %+v", state)
			}
			interop.CheckPicture(w.t, picture, want, tolerance, atMost)
			w.t.Fatalf("e2e: %+v", state)
		}
	}
}

// Type types a text on a US keyboard; the page gives it to the session once that
// has the focus, by a click on it.
func (w *Web) Type(text string) { w.t.Helper(); w.do(command{Do: "type", Text: text}) }

// Key presses keys together, by their names in a browser: "Enter", "Control+Alt+d".
func (w *Web) Key(chord string) { w.t.Helper(); w.do(command{Do: "key", Chord: chord}) }

// Move moves the pointer to a pixel of the session.
func (w *Web) Move(x, y int) { w.t.Helper(); w.do(command{Do: "move", X: x, Y: y}) }

// Click clicks on a pixel of the session with a button: "left", "middle" or "right".
func (w *Web) Click(x, y int, button string) {
	w.t.Helper()
	w.do(command{Do: "click", X: x, Y: y, Button: button})
}

// Leave ends the session as its page does.
func (w *Web) Leave() { w.t.Helper(); w.do(command{Do: "leave"}) }
