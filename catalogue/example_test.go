package catalogue_test

import (
	"fmt"

	"github.com/fumidai/fumidai/catalogue"
)

func Example() {
	p, _ := catalogue.ProductOf(10, 0, 14393)
	fmt.Println(p, p.Names())
	for _, f := range catalogue.Fixes(p.Build) {
		fmt.Println(f.KB, f.Kind, "default", f.Default)
	}
	// Output:
	// 10.0.14393 [Windows 10 1607 Windows Server 2016]
	// KB4088787 cumulative default vulnerable
	// KB4103723 cumulative default mitigated
}
