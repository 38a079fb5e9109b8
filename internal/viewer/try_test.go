package viewer

import (
	"context"
	"image/png"
	"os"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

func TestTry(t *testing.T) {
	for _, h := range lab.Hosts() {
		if h.Name != "NEW-2019" && h.Name != "OLD-2008R2" && h.Name != "TLSONLY" {
			continue
		}
		l, err := lab.Start(t.Context(), lab.Options{Hosts: []lab.Host{h}, Observe: func(e lab.Event) { t.Logf("%+v", e) }})
		if err != nil {
			t.Fatal(err)
		}
		for _, depth := range []int{16, 24, 32} {
			v, err := Connect(t.Context(), Options{Address: l.Hosts[0].Address.String(), User: "alice", Password: []byte(lab.Password),
				Level: credssp.Vulnerable, TLSOnly: h.Security == lab.TLSOnly, TLS: rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}, Depth: depth,
				Progress: func(s rdpio.Step) { t.Log(s) }})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			if err := v.Send(ctx, input.TypeText(nil, "Hello, 世界!")); err != nil {
				t.Fatal(err)
			}
			if err := v.Quiet(ctx, 300*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			f, _ := os.Create("/tmp/try/" + h.Name + string(rune('0'+depth/10)) + ".png")
			png.Encode(f, v.Screenshot())
			f.Close()
			v.Close()
			cancel()
		}
		l.Close()
	}
}
