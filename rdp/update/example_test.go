package update_test

import (
	"fmt"
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/update"
)

// A server draws a rectangle, and a client sees it.
func Example() {
	tile := bitmap.NewPixels(30, 20)
	for y := range tile.Height {
		row := tile.Row(y)
		for x := range row {
			row[x] = 0x3366CC
		}
	}
	data, err := update.AppendBitmapUpdate(nil, image.Pt(100, 50), tile, 32, true)
	if err != nil {
		fmt.Println(err)
		return
	}

	screen, err := update.NewScreen(640, 480)
	if err != nil {
		fmt.Println(err)
		return
	}
	dirty, err := screen.Apply(fastpath.UpdateBitmap, data)
	fmt.Println(dirty, err)
	fmt.Printf("%06x %06x\n", screen.Pixels.Row(50)[129], screen.Pixels.Row(50)[130])
	_, err = screen.Apply(fastpath.UpdateBitmap, data[:len(data)-1])
	fmt.Println(err)
	// Output:
	// (100,50)-(130,70) <nil>
	// 3366cc 000000
	// TS_BITMAP_DATA: bitmapDataStream at offset 26: wants 89 bytes, 88 left
}
