package bitmap_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/bitmap"
)

// A tile goes over the wire with 16 bits per pixel, which cannot hold all of its
// colour.
func Example() {
	tile := bitmap.NewPixels(64, 64)
	for y := range tile.Height {
		row := tile.Row(y)
		for x := range row {
			row[x] = 0x123456
		}
	}
	data := bitmap.AppendRLE(nil, tile, 16)
	fmt.Printf("%d bytes instead of %d\n", len(data), len(bitmap.AppendRaw(nil, tile, 16)))

	shown := bitmap.NewPixels(64, 64)
	if err := bitmap.DecodeRLE(shown, 16, data); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%06x\n", shown.Row(0)[0])
	fmt.Println(bitmap.DecodeRLE(shown, 16, data[:3]))
	// Output:
	// 7 bytes instead of 8192
	// 103452
	// RLE_BITMAP_STREAM: pixel at offset 2: wants 2 bytes, 1 left
}
