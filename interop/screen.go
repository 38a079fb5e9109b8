package interop

import (
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Screen is an X display of its own, without a window manager, that ends with
// its test: what a client shows on it, or a shadow server shares, can be seen,
// and somebody sits at its keyboard and mouse.
//
// Coordinates are pixels from the upper left corner.
type Screen struct {
	Name          string // ":N", for DISPLAY
	Width, Height int    // pixels

	t       testing.TB
	dir     string // its files; Xvfb keeps the framebuffer there
	painter *process
}

// NewScreen starts an X display with 24 bits of colour, black and without a
// pointer picture.
func NewScreen(t testing.TB, width, height int) *Screen {
	t.Helper()
	s := &Screen{Width: width, Height: height, t: t, dir: t.TempDir()}
	p, name, err := startXvfb(width, height, "-fbdir", s.dir)
	if err != nil {
		t.Fatalf("interop: Xvfb: %v", err)
	}
	t.Cleanup(p.stop)
	s.Name = name
	// rdesktop can be asked to leave only if somebody, as a rule the window
	// manager, knew the name of that request before it came.
	if _, err := closeWindows(name); err != nil {
		t.Fatalf("interop: %v", err)
	}
	return s
}

// Screenshot returns what the screen shows, without the pointer.
func (s *Screen) Screenshot() *image.RGBA {
	s.t.Helper()
	cmd := s.command("xwd", "-root", "-silent")
	var diagnosis strings.Builder
	cmd.Stderr = &diagnosis
	file, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("interop: xwd: %v: %s", err, &diagnosis)
	}
	return s.decode(file)
}

// ScreenshotWithPointer returns what the screen shows, with the pointer in the
// shape that the client under it has set. It reads Xvfb's memory, perhaps in the
// middle of a change, so ask until it is what you want.
func (s *Screen) ScreenshotWithPointer() *image.RGBA {
	s.t.Helper()
	file, err := os.ReadFile(filepath.Join(s.dir, "Xvfb_screen0"))
	if err != nil {
		s.t.Fatalf("interop: %v", err)
	}
	return s.decode(file)
}

func (s *Screen) decode(file []byte) *image.RGBA {
	s.t.Helper()
	img, err := decodeXWD(file)
	if err != nil {
		s.t.Fatalf("interop: %v", err)
	}
	return img
}

// Paint covers the screen from its upper left corner with a picture, which stays
// until the next one. It returns when the picture can be seen.
func (s *Screen) Paint(picture image.Image) {
	s.t.Helper()
	want := image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(want, want.Rect, picture, picture.Bounds().Min, draw.Src)
	for i := 3; i < len(want.Pix); i += 4 {
		want.Pix[i] = 0xff
	}
	file, err := os.CreateTemp(s.dir, "*.xwd")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := file.Write(encodeXWD(want)); err != nil {
		s.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		s.t.Fatal(err)
	}
	// -noclick: else it leaves when somebody clicks on it.
	painter := start(s.t, s.command("xwud", "-in", file.Name(), "-noclick", "-geometry", "+0+0"))
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if Compare(crop(s.Screenshot(), want.Rect), crop(want, image.Rect(0, 0, s.Width, s.Height)), 0).Same() {
			if s.painter != nil {
				s.painter.stop()
			}
			s.painter = painter
			return
		}
	}
	s.t.Fatalf("interop: xwud does not show the picture: %s", painter.log)
}

// command prepares an X program for this screen.
func (s *Screen) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + s.dir, "DISPLAY=" + s.Name}
	return cmd
}

// xdotool plays the person at keyboard and mouse.
func (s *Screen) xdotool(args ...string) {
	s.t.Helper()
	if out, code := run(s.t, 20*time.Second, s.command("xdotool", args...)); code != 0 {
		s.t.Fatalf("interop: xdotool %s: exit code %d: %s", strings.Join(args, " "), code, out)
	}
}

// keyDelay is between two keys: a quick typist's, so that no client drops one.
const keyDelay = "30" // milliseconds

// Type types a text on a US keyboard; the window under the pointer gets it.
func (s *Screen) Type(text string) {
	s.t.Helper()
	s.xdotool("type", "--clearmodifiers", "--delay", keyDelay, "--", text)
}

// Key presses and releases keys together, by their X names: "Return", "ctrl+alt+d".
func (s *Screen) Key(chord string) {
	s.t.Helper()
	s.xdotool("key", "--clearmodifiers", "--delay", keyDelay, "--", chord)
}

// Move moves the pointer.
func (s *Screen) Move(x, y int) {
	s.t.Helper()
	s.xdotool("mousemove", "--sync", strconv.Itoa(x), strconv.Itoa(y))
}

// Click moves the pointer and presses and releases the left button.
func (s *Screen) Click(x, y int) {
	s.t.Helper()
	s.ClickButton(x, y, 1)
}

// ClickButton is Click with a button of X: 1 left, 2 middle, 3 right, 4 and 5
// one notch of the wheel up and down.
func (s *Screen) ClickButton(x, y, button int) {
	s.t.Helper()
	s.xdotool("mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", strconv.Itoa(button))
}

// crop returns the part of a picture inside r.
func crop(img *image.RGBA, r image.Rectangle) *image.RGBA {
	return img.SubImage(r).(*image.RGBA)
}
