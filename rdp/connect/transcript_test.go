package connect_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// TestTranscripts replays sessions that were recorded with foreign peers, without
// them: our end must say every byte again, and see every pixel. A change of the bytes
// needs the peers' consent: make record.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/transcripts/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			tape, err := interop.ReadTranscript(f)
			if err != nil || len(tape.Messages) < 10 {
				t.Fatalf("%d frames, %v", len(tape.Messages), err)
			}
			r := &replay{t: t, fields: tape.Fields, messages: tape.Messages}
			switch tape.Fields["role"] {
			case "server":
				r.server()
			case "client":
				r.client()
			default:
				t.Fatal("no role")
			}
		})
	}
}

type replay struct {
	t        *testing.T
	fields   map[string]string
	messages []interop.Message
}

// heard is the next frame of the peer, nil at the end.
func (r *replay) heard() []byte {
	r.t.Helper()
	if len(r.messages) == 0 {
		return nil
	}
	m := r.messages[0]
	if !m.FromPeer {
		r.t.Fatalf("we have not said %x", m.Bytes)
	}
	r.messages = r.messages[1:]
	return m.Bytes
}

// say compares what we say with what was said.
func (r *replay) say(b []byte) {
	r.t.Helper()
	for len(b) > 0 {
		n, err := connect.FrameSize(b)
		if err != nil || n == 0 || n > len(b) {
			r.t.Fatalf("no frame: % x", b)
		}
		if len(r.messages) == 0 || r.messages[0].FromPeer || !bytes.Equal(r.messages[0].Bytes, b[:n]) {
			r.t.Fatalf("%d frames before the end we say\n%x", len(r.messages), b[:n])
		}
		r.messages, b = r.messages[1:], b[n:]
	}
}

func (r *replay) number(field string) int {
	r.t.Helper()
	n, err := strconv.Atoi(r.fields[field])
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *replay) protocol(field string) x224.Protocol { return x224.Protocol(r.number(field)) }

func (r *replay) desktop() (p image.Point) {
	if _, err := fmt.Sscanf(r.fields["desktop"], "%dx%d", &p.X, &p.Y); err != nil {
		r.t.Fatal(err)
	}
	return p
}

// server plays our server to a recorded client: it draws when the session stands, and
// anew with the next picture when the client presses F8.
func (r *replay) server() {
	t := r.t
	server, err := connect.NewServer(connect.ServerConfig{Requested: r.protocol("requested"), Selected: r.protocol("selected")})
	if err != nil {
		t.Fatal(err)
	}
	typed, round := "", 0
	for frame := r.heard(); frame != nil; frame = r.heard() {
		before := server.Active()
		reply, err := server.Step(frame)
		r.say(reply)
		if err != nil {
			if codeOf(err) != r.fields["expect"] || len(r.messages) > 0 {
				t.Errorf("ends with %v, recorded %s", err, r.fields["expect"])
			}
			break
		}
		if server.Active() && !before {
			r.say(drawn(t, server, blocks(server.Desktop(), round)))
			round++
		}
		for _, e := range server.Events().Input {
			switch {
			case e.Kind != input.Scancode || e.Flags&input.KeyRelease != 0:
			case e.Code == 0x42: // F8
				anew, err := server.Reactivate(image.Point{})
				if err != nil {
					t.Fatal(err)
				}
				r.say(anew)
			default:
				if c, ok := input.Rune(e.Code, false); ok {
					typed += string(c)
				}
			}
		}
	}
	facts := server.Client()
	if round != 2 || typed != "abc" || server.Desktop() != r.desktop() || facts.Depth != r.number("depth") || !facts.FastPath || facts.Name == "" {
		t.Errorf("%d pictures, typed %q, desktop %v, facts %+v", round, typed, server.Desktop(), facts)
	}
	if info := server.TakeInfo(); r.fields["expect"] == "conn.closed" {
		want := []byte(nil)
		if r.protocol("selected") == x224.ProtocolSSL {
			want = wire.AppendUTF16(nil, r.fields["password"])
		}
		if info == nil || info.User != r.fields["user"] || want != nil && !bytes.Equal(info.Password, want) {
			t.Errorf("info %v", info)
		}
	}
}

// client plays our client to a recorded server: it looks, and leaves.
func (r *replay) client() {
	t := r.t
	info := &security.ClientInfo{CodePage: 0x409, User: r.fields["user"],
		Flags:    security.InfoMouse | security.InfoUnicode | security.InfoDisableCtrlAltDel | security.InfoMaximizeShell,
		Extended: &security.ExtendedInfo{AddressFamily: security.AddressFamilyINET, Last: security.ExtendedPerformanceFlags}}
	client, err := connect.NewClient(connect.ClientConfig{Requested: r.protocol("requested"), Selected: r.protocol("selected"), Name: "recorder",
		Desktop: r.desktop(), Depth: r.number("depth"), KeyboardLayout: 0x409, Info: info})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := client.Start()
	for err == nil {
		r.say(reply)
		if len(r.messages) == 1 {
			break
		}
		reply, err = client.Step(r.heard())
	}
	if err != nil || !client.Active() {
		t.Fatalf("active %v: %v", client.Active(), err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(client.Screen().Image().Pix)); got != r.fields["picture"] {
		t.Errorf("picture %s, recorded %s", got, r.fields["picture"])
	}
	last, err := client.Disconnect()
	if err != nil {
		t.Fatal(err)
	}
	r.say(last)
}

func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return ""
}

// blocks is the picture of a recorded session, as in interop.
func blocks(size image.Point, round int) bitmap.Pixels {
	p := bitmap.NewPixels(size.X, size.Y)
	for y := range size.Y {
		row := p.Row(y)
		for x := range row {
			row[x] = uint32((x/50*0x1F2F3F + y/60*0x4F1F0F + round*0x2A3B4C) & 0xFFFFFF)
		}
	}
	return p
}

func drawn(t *testing.T, server *connect.Server, p bitmap.Pixels) (frames []byte) {
	t.Helper()
	for y := 0; y < p.Height; y += update.MaxTileHeight {
		for x := 0; x < p.Width; x += update.MaxTileWidth {
			tile := p.Sub(x, y, min(update.MaxTileWidth, p.Width-x), min(update.MaxTileHeight, p.Height-y))
			var err error
			if frames, err = server.AppendBitmap(frames, image.Pt(x, y), tile); err != nil {
				t.Fatal(err)
			}
		}
	}
	return frames
}
