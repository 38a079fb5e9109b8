package interop_test

import (
	"fmt"
	"image"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// Our client looks at the screens of strangers.

// view logs on with our client.
func view(t *testing.T, o viewer.Options) *viewer.Viewer {
	t.Helper()
	if o.Desktop == (image.Point{}) {
		o.Desktop = image.Pt(800, 600)
	}
	o.Level = credssp.Vulnerable
	o.TLS = rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}
	v, err := viewer.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// shows waits until our client has the picture.
func shows(t *testing.T, v *viewer.Viewer, good func(image.Image) bool) {
	t.Helper()
	var last *image.NRGBA
	for deadline := time.Now().Add(pictureTimeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err := v.Err(); err != nil {
			t.Fatalf("the session ended: %v", err)
		}
		if last = v.Screenshot(); good(last) {
			return
		}
	}
	t.Fatalf("not the right picture; see %s", interop.SavePicture(t, last, "last"))
}

func TestOurClientSeesShadow(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		for _, depth := range []int{16, 24, 32} {
			interop.Case(t, []string{fmt.Sprintf("shadow-%d", version)}, fmt.Sprintf("our client: picture at %d bpp", depth), func(t *testing.T) {
				t.Parallel()
				addr, want := interop.ShadowPicture(t, version)
				v := view(t, viewer.Options{Address: addr, User: interop.ShadowUser, Password: []byte(interop.ShadowPassword), Depth: depth})
				loss := lossOf(depth)
				if depth == 24 { // it answers with rectangles of 16 bits all the same
					loss = lossOf(16)
				}
				shows(t, v, func(got image.Image) bool { return interop.Compare(got, want, loss).Same() })
			})
		}
	}
}

func TestOurClientSeesXRDP(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{16, 24, 32} {
		interop.Case(t, []string{"xrdp", "xfreerdp-2"}, fmt.Sprintf("our client: login screen as FreeRDP shows it at %d bpp, keys", depth), func(t *testing.T) {
			t.Parallel()
			addr := interop.XRDP(t)
			v := view(t, viewer.Options{Address: addr, User: user, TLSOnly: true, Depth: depth})
			other := interop.FreeRDPSession(t, 2, interop.SessionOptions{Addr: addr, User: user, Sec: "tls", BPP: depth})
			want := other.WaitPicture(atRest(loginScreen), pictureTimeout)
			shows(t, v, func(got image.Image) bool { return interop.Compare(got, want, lossOf(depth)).Same() })
			if err := v.Send(t.Context(), input.TypeText(nil, "abc")); err != nil {
				t.Fatal(err)
			}
			shows(t, v, func(got image.Image) bool {
				changed := interop.Compare(got, want, lossOf(depth))
				return !changed.Same() && changed.Where.In(loginFields)
			})
		})
	}
}

func TestOurClientSeesWeston(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"weston"}, "our client: picture", func(t *testing.T) {
		t.Parallel()
		addr, want := interop.WestonPicture(t)
		v := view(t, viewer.Options{Address: addr, TLSOnly: true})
		shows(t, v, func(got image.Image) bool { // the pointer of weston is part of it
			c := interop.Compare(got, want, 0)
			return c.SizesMeet && c.Different < 0.001
		})
	})
}
