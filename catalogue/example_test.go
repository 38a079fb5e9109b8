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

func ExampleAdvise() {
	a, _ := catalogue.Advise(6, 1, 7601)
	for _, o := range a.Newest {
		fmt.Println("newest without a licence:", o.KB, "for", o.For)
		for _, issue := range catalogue.KnownIssues(o.KB) {
			fmt.Println("known issue:", issue.Code, "unless installed first:", issue.InstallFirst)
		}
	}
	for _, p := range a.Prerequisites {
		fmt.Println("needs:", p.KB, p.Kind)
	}
	fmt.Println("smallest:", a.Smallest.KB, a.Smallest.Kind, "leaves open", a.LeavesOpen)
	// Output:
	// newest without a licence: KB4534310 for [Windows 7 SP1 Windows Server 2008 R2 SP1]
	// known issue: network_settings_lost unless installed first: [KB4103718]
	// needs: KB4490628 servicing-stack
	// needs: KB4474419 sha-2
	// smallest: KB4103712 security-only leaves open [later_fixes other_months]
}
