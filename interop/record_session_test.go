package interop_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"image"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/x224"
)

// TestRecordSessions writes the sessions that rdp/connect replays without peers, frame
// by frame as they were inside TLS. It runs only for `make record`, which sets
// FUMIDAI_SESSIONS to their folder.
func TestRecordSessions(t *testing.T) {
	dir := os.Getenv("FUMIDAI_SESSIONS")
	if dir == "" {
		t.Skip("records only with FUMIDAI_SESSIONS (make record)")
	}
	for _, version := range []int{2, 3} {
		for _, c := range []struct {
			sec      string
			selected x224.Protocol
			bpp      int
		}{{"nla", x224.ProtocolHybrid, 32}, {"tls", x224.ProtocolSSL, 16}} {
			peer := fmt.Sprintf("xfreerdp-%d", version)
			t.Run(fmt.Sprintf("server-%s-%s", c.sec, peer), func(t *testing.T) {
				interop.Need(t, peer)
				r := newSession(fmt.Sprintf("server-%s-xfreerdp%d", c.sec, version), "server", peer)
				r.Fields["depth"], r.Fields["selected"] = strconv.Itoa(c.bpp), strconv.Itoa(int(c.selected))
				r.record(t, version, c.sec, c.selected)
				r.saveSession(t, dir)
			})
		}
	}
	for _, c := range []struct {
		name, peer string
		depth      int
		selected   x224.Protocol
		start      func(t *testing.T) (addr string, want image.Image)
	}{
		{"client-shadow2", "shadow-2", 32, x224.ProtocolHybrid, recordedShadow(2)},
		{"client-shadow3", "shadow-3", 32, x224.ProtocolHybrid, recordedShadow(3)},
		{"client-shadow2-16", "shadow-2", 16, x224.ProtocolHybrid, recordedShadow(2)},
		{"client-xrdp", "xrdp", 16, x224.ProtocolSSL, func(t *testing.T) (string, image.Image) { return interop.XRDP(t), nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			interop.Need(t, c.peer)
			r := newSession(c.name, "client", c.peer)
			r.Fields["depth"], r.Fields["selected"] = strconv.Itoa(c.depth), strconv.Itoa(int(c.selected))
			addr, want := c.start(t)
			r.visitSession(t, addr, c.selected, want)
			r.saveSession(t, dir)
		})
	}
}

// recordedSize is small, so that the transcripts are.
var recordedSize = image.Pt(400, 300)

// blocks is the picture of a recorded session, in the rounds that its reactivations
// make; rdp/connect draws the same.
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

// newSession is a recording without the fields of CredSSP.
func newSession(name, role, peer string) *recording {
	p, _ := interop.Find(peer)
	r := newRecording(name, role, "confirmed", peer+" "+p.Version(), credssp.Mitigated, credssp.MaxVersion)
	r.Fields["desktop"] = fmt.Sprintf("%dx%d", recordedSize.X, recordedSize.Y)
	return r
}

func (r *recording) saveSession(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"level", "version", "seed", "time", "key"} { // of CredSSP, which is over
		delete(r.Fields, name)
	}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(b.String(), "\n")
	text := "# A session with a foreign peer, inside TLS, frame by frame. Recorded by `make record`; the password is a throw-away.\n" + rest
	if len(text) > 120<<10 {
		t.Errorf("%d bytes are too many", len(text))
	}
	if err := os.WriteFile(filepath.Join(dir, r.name+".txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d frames, %d bytes, %s", len(r.Messages), len(text), r.Fields["expect"])
}

func (r *recording) note(fromPeer bool, b []byte) {
	for len(b) > 0 {
		n, err := connect.FrameSize(b)
		if err != nil || n == 0 || n > len(b) {
			panic(fmt.Sprintf("no frame: %d of %d bytes, %v", n, len(b), err))
		}
		r.Messages = append(r.Messages, interop.Message{FromPeer: fromPeer, Bytes: bytes.Clone(b[:n])})
		b = b[n:]
	}
}

// noted is a machine with everything it hears and says noted.
type noted struct {
	rdpio.Sequence
	r *recording
}

func (n noted) Step(frame []byte) ([]byte, error) {
	n.r.note(true, frame)
	reply, err := n.Sequence.Step(frame)
	n.r.note(false, reply)
	return reply, err
}

// keyF8 begins the share anew, with the next picture.
const keyF8 = 0x42

// record lets FreeRDP look at the blocks, type, see them change, and leave.
func (r *recording) record(t *testing.T, version int, sec string, selected x224.Protocol) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	certFile, keyFile := interop.Certificate(t, t.TempDir())
	certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
			err = r.session(context.Background(), conn, certificate, selected)
		}
		done <- outcome(err)
	}()
	bpp, _ := strconv.Atoi(r.Fields["depth"])
	client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: listener.Addr().String(), User: user, Password: password, Sec: sec,
		BPP: bpp, Width: recordedSize.X, Height: recordedSize.Y})
	client.WaitSimilar(blocks(recordedSize, 0).Image(), lossOf(bpp), 0, pictureTimeout)
	client.Type("ab")
	client.Click(100, 100)
	client.Key("F8")
	client.WaitSimilar(blocks(recordedSize, 1).Image(), lossOf(bpp), 0, pictureTimeout)
	client.Type("c")
	client.Disconnect()
	r.Fields["expect"] = <-done
}

func (r *recording) session(ctx context.Context, conn net.Conn, certificate tls.Certificate, selected x224.Protocol) error {
	secure, requested, err := negotiated(ctx, conn, certificate, selected)
	if err != nil {
		return err
	}
	r.Fields["requested"] = strconv.Itoa(int(requested))
	if selected != x224.ProtocolSSL {
		if err := r.authenticate(ctx, secure, secure.SubjectPublicKey()); err != nil {
			return err
		}
	}
	server, err := connect.NewServer(connect.ServerConfig{Requested: requested, Selected: selected})
	if err != nil {
		return err
	}
	defer server.Close()
	frames, tape := rdpio.NewFrames(secure, 0), noted{server, r}
	for round := 0; ; round++ {
		if err := rdpio.Connect(ctx, secure, frames, tape, nil, 0); err != nil {
			return err
		}
		picture, err := drawn(server, blocks(recordedSize, round))
		if err != nil {
			return err
		}
		r.note(false, picture)
		if err := rdpio.Send(secure, picture, 0); err != nil {
			return err
		}
		for again := false; !again; {
			if err := rdpio.Exchange(ctx, secure, frames, tape, time.Minute); err != nil {
				return err
			}
			for _, e := range server.Events().Input {
				again = again || e.Kind == input.Scancode && e.Code == keyF8 && e.Flags&input.KeyRelease == 0
			}
		}
		anew, err := server.Reactivate(image.Point{})
		if err != nil {
			return err
		}
		r.note(false, anew)
		if err := rdpio.Send(secure, anew, 0); err != nil {
			return err
		}
	}
}

// drawn is a picture as frames, tile by tile.
func drawn(server *connect.Server, p bitmap.Pixels) (frames []byte, err error) {
	for y := 0; y < p.Height; y += update.MaxTileHeight {
		for x := 0; x < p.Width; x += update.MaxTileWidth {
			tile := p.Sub(x, y, min(update.MaxTileWidth, p.Width-x), min(update.MaxTileHeight, p.Height-y))
			if frames, err = server.AppendBitmap(frames, image.Pt(x, y), tile); err != nil {
				return nil, err
			}
		}
	}
	return frames, nil
}

func recordedShadow(version int) func(t *testing.T) (string, image.Image) {
	return func(t *testing.T) (string, image.Image) {
		screen := interop.NewScreen(t, recordedSize.X, recordedSize.Y)
		screen.Paint(blocks(recordedSize, 0).Image())
		return interop.FreeRDPShadowOn(t, screen, version, user, password, ""), screen.Screenshot()
	}
}

// visitSession lets our client look until it has seen the picture, and leave.
func (r *recording) visitSession(t *testing.T, addr string, selected x224.Protocol, want image.Image) {
	t.Helper()
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	// xrdp takes nothing without all of these four flags, FreeRDP nothing without Extended.
	info := &security.ClientInfo{CodePage: 0x409, User: user,
		Flags:    security.InfoMouse | security.InfoUnicode | security.InfoDisableCtrlAltDel | security.InfoMaximizeShell,
		Extended: &security.ExtendedInfo{AddressFamily: security.AddressFamilyINET, Last: security.ExtendedPerformanceFlags}}
	conn, requested := net.Conn(nil), selected
	if selected == x224.ProtocolSSL {
		if _, err := rdpio.Negotiate(t.Context(), raw, &x224.ConnectionRequest{Negotiation: &x224.NegotiationRequest{Protocols: selected}}, 0); err != nil {
			t.Fatal(err)
		}
		if conn, err = rdpio.ClientTLSWithin(t.Context(), raw, rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}, 0); err != nil {
			t.Fatal(err)
		}
	} else {
		conn, requested = loggedOn(t, raw)
	}
	r.Fields["requested"] = strconv.Itoa(int(requested))
	depth, _ := strconv.Atoi(r.Fields["depth"])
	client, err := connect.NewClient(connect.ClientConfig{Requested: requested, Selected: selected, Name: "recorder",
		Desktop: recordedSize, Depth: depth, KeyboardLayout: 0x409, Info: info})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	first, err := client.Start()
	if err != nil {
		t.Fatal(err)
	}
	r.note(false, first)
	frames, tape := rdpio.NewFrames(conn, 0), noted{client, r}
	if err := rdpio.Connect(t.Context(), conn, frames, tape, first, 0); err != nil {
		t.Fatal(err)
	}
	// A picture that nobody knows is there when after it nothing has come for a while.
	for seen, drawn := false, false; !seen; {
		err := rdpio.Exchange(t.Context(), conn, frames, tape, 3*time.Second)
		drawn = drawn || !client.Events().Dirty.Empty()
		switch {
		case codeOf(err) == "conn.timeout" && drawn && want == nil:
			seen = true
		case err != nil:
			t.Fatal(err)
		case want != nil:
			seen = interop.Compare(client.Screen().Image(), want, lossOf(depth)).Same()
		}
	}
	interop.SavePicture(t, client.Screen().Image(), "recorded")
	r.Fields["picture"] = fmt.Sprintf("%x", sha256.Sum256(client.Screen().Image().Pix))
	last, err := client.Disconnect()
	if err != nil {
		t.Fatal(err)
	}
	r.note(false, last)
	if err := rdpio.Write(t.Context(), conn, last, 0); err != nil {
		t.Fatal(err)
	}
	r.Fields["expect"] = "success"
}

// loggedOn is NLA with bare NTLM, which all of them read.
func loggedOn(t *testing.T, raw net.Conn) (net.Conn, x224.Protocol) {
	t.Helper()
	on, err := rdpio.LogOn(t.Context(), raw, rdpio.LogOnOptions{
		Cookie: user, TLS: rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate},
		Client: func(key []byte) (*credssp.Client, error) {
			mechanism, err := ntlm.NewClient(ntlm.ClientConfig{User: user, Hash: ntlm.HashPassword([]byte(password)), Rand: rand.Reader, Now: time.Now})
			if err != nil {
				return nil, err
			}
			return credssp.NewClient(credssp.ClientConfig{Level: credssp.Mitigated, PublicKey: key, Mechanism: mechanism,
				Credentials: credssp.NewPasswordCreds("", user, []byte(password)), Rand: rand.Reader})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if on.Selected != x224.ProtocolHybrid {
		t.Fatalf("the server selects %v", on.Selected)
	}
	return on.Conn, on.Requested
}
