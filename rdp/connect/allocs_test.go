package connect

import (
	"bytes"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/update"
)

// What happens for every key and every tile of a session allocates nothing.
func TestAllocations(t *testing.T) {
	for _, depth := range []int{16, 24, 32} {
		c, s := newClient(t, func(o *ClientConfig) { o.Depth = depth }), newServer(t)
		carry(t, c, s, nil)
		flat, noise := bitmap.NewPixels(64, 60), picture(image.Pt(640, 600)).Sub(400, 300, 62, 60)
		dst := make([]byte, 0, 2*update.MaxBitmapUpdateSize)
		none := func(what string, f func() error) {
			t.Helper()
			if err := f(); err != nil {
				t.Fatal(err)
			}
			n := testing.AllocsPerRun(100, func() {
				if err := f(); err != nil {
					t.Fatal(err)
				}
			})
			if n != 0 {
				t.Errorf("%d bpp: %s: %v allocations", depth, what, n)
			}
		}
		for what, tile := range map[string]bitmap.Pixels{"a flat tile": flat, "a tile that is widened": noise} {
			none("AppendBitmap of "+what, func() error {
				_, err := s.AppendBitmap(dst[:0], image.Pt(64, 60), tile)
				return err
			})
			frame := must(s.AppendBitmap(nil, image.Pt(64, 60), tile))
			none("Client.Step with "+what, func() error {
				_, err := c.Step(frame)
				return err
			})
			if c.Events().Dirty != image.Rect(64, 60, 64+tile.Width, 120) {
				t.Errorf("dirty %v", c.Events().Dirty)
			}
		}
		s.facts.FastPath = false
		none("AppendBitmap for the slow path", func() error {
			_, err := s.AppendBitmap(dst[:0], image.Pt(64, 60), noise)
			return err
		})
		slow := must(s.AppendBitmap(nil, image.Pt(64, 60), noise))
		none("Client.Step with an update of the slow path", func() error {
			_, err := c.Step(slow)
			return err
		})
		s.facts.FastPath = true
		events := []input.Event{{Kind: input.Scancode, Code: 30}, {Kind: input.Mouse, Flags: input.PointerMove, X: 5, Y: 6}}
		frame := must(fastpath.AppendInput(nil, 2, must(input.AppendFastPath(nil, events))))
		none("Server.Step with input", func() error {
			_, err := s.Step(frame)
			return err
		})
		if len(s.Events().Input) != 2 {
			t.Errorf("events %v", s.Events().Input)
		}
	}
}

// An idle machine holds little.
func TestIdleMemory(t *testing.T) {
	c, s := connected(t)
	p := picture(s.Desktop())
	show(t, c, s, p)
	must(s.Step(must(c.AppendInput(nil, []input.Event{{Kind: input.Scancode, Code: 30}}))))
	if n := cap(s.out) + 10*cap(s.events.Input) + 16*cap(s.events.Refresh); n > keepReply+2048 {
		t.Errorf("the server holds %d bytes", n)
	}
	if n := cap(c.out); n > keepReply {
		t.Errorf("the client holds %d bytes beside its screen", n)
	}
}

func BenchmarkAppendBitmap(b *testing.B) {
	_, s := connected(b)
	p := picture(image.Pt(640, 600)).Sub(300, 300, 64, 60)
	var dst []byte
	b.SetBytes(64 * 60 * 4)
	for b.Loop() {
		dst = must(s.AppendBitmap(dst[:0], image.Point{}, p))
	}
	if bytes.Equal(dst, nil) {
		b.Error("nothing")
	}
}
