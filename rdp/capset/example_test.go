package capset_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/capset"
)

// A server looks for what a client can do.
func Example() {
	sets, count, err := capset.Append(nil, &capset.Sets{
		Bitmap:  &capset.Bitmap{PreferredBitsPerPixel: 32, DesktopWidth: 1024, DesktopHeight: 768},
		Pointer: &capset.Pointer{ColorPointerFlag: 1, ColorPointerCacheSize: 20, PointerCacheSize: 21},
		Others:  []capset.Raw{{Type: capset.TypeRail, Data: make([]byte, 4)}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	client, err := capset.Parse(sets, count)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(count, "sets")
	fmt.Println(client.Bitmap.DesktopWidth, "by", client.Bitmap.DesktopHeight)
	fmt.Println("surface commands:", client.SurfaceCommands != nil)
	fmt.Println("and", client.Others[0].Type)
	// Output:
	// 3 sets
	// 1024 by 768
	// surface commands: false
	// and RAIL
}
