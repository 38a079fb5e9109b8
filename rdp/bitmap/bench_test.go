package bitmap

import (
	"fmt"
	"math/rand"
	"testing"
)

// benchmarkTiles runs f on a tile of 64 x 64 of some of the pictures. Its rate is
// in bytes of a screen of 32 bits per pixel.
func benchmarkTiles(b *testing.B, f func(b *testing.B, p Pixels, depth int)) {
	for _, name := range []string{"flat", "text", "gradient", "random"} {
		for _, c := range pictures {
			if c.name != name {
				continue
			}
			p := filled(64, 64, c.pixel(rand.New(rand.NewSource(1))))
			for _, depth := range []int{16, 24, 32} {
				b.Run(fmt.Sprintf("%s-%d", name, depth), func(b *testing.B) {
					b.SetBytes(64 * 64 * 4)
					f(b, p, depth)
				})
			}
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	dst := make([]byte, 0, 64*64*5)
	benchmarkTiles(b, func(b *testing.B, p Pixels, depth int) {
		for b.Loop() {
			encode(dst, p, depth)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	dst := NewPixels(64, 64)
	benchmarkTiles(b, func(b *testing.B, p Pixels, depth int) {
		data := encode(nil, p, depth)
		for b.Loop() {
			if err := decode(dst, depth, data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
